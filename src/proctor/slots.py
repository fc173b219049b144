"""Numbers for the users that notebooks run as: no two notebooks on a machine have the same at one time.

They would count each other's processes, and the guard of one would kill the other (isolation.end_all). A
number is taken by binding an abstract socket: the kernel frees it when this process ends, however it ends.
"""

import socket

MOST = 4096


class Slots:
    def __init__(self) -> None:
        self._held: list[socket.socket] = []

    def claim(self) -> int:
        for slot in range(MOST):
            holder = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            try:
                holder.bind(f"\0proctor slot {slot}")
            except OSError:
                holder.close()
                continue
            self._held.append(holder)
            return slot
        raise RuntimeError(f"{MOST} notebooks are running on this machine already")

    def release(self) -> None:
        while self._held:
            self._held.pop().close()
