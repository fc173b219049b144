"""A temporary folder that goes with its owner: at its end or, if it was killed, at the next one's start.

The owner holds a lock on the folder. The lock is the operating system's, and goes with the process.
"""

import fcntl
import os
import re
import shutil
import tempfile

PREFIX = "proctor-run-"
NAME = re.compile(PREFIX + r"[a-z0-9_]{8}")


class TemporaryFolder:
    """Nobody else can list it, but it can be passed through."""

    def __init__(self) -> None:
        sweep()
        while True:
            self.path = tempfile.mkdtemp(prefix=PREFIX)
            lock = _lock(self.path)
            if lock is not None and _is(self.path, lock):  # else another's sweep was faster
                break
        self._lock = lock
        os.chmod(self.path, 0o711)

    def remove(self) -> None:
        if _is(self.path, self._lock):  # not one that somebody else has made since this one went
            remove(self.path)
        os.close(self._lock)

    def __enter__(self) -> str:
        return self.path

    def __exit__(self, *_: object) -> None:
        self.remove()


def sweep() -> None:
    """Remove this user's folders that no process holds any more."""
    with os.scandir(tempfile.gettempdir()) as entries:
        found = [entry.path for entry in entries if NAME.fullmatch(entry.name)]
    for path in found:
        lock = _lock(path)
        if lock is not None:
            remove(path)
            os.close(lock)


def remove(folder: str) -> None:
    """All of it, also what a notebook has made unreadable."""
    for parent, names, _ in os.walk(folder) if os.geteuid() else ():
        for name in names:
            path = os.path.join(parent, name)
            if not os.path.islink(path):
                os.chmod(path, 0o700)
    shutil.rmtree(folder, ignore_errors=True)


def _lock(path: str) -> int | None:
    """A descriptor that holds the lock on this user's folder; None if it is somebody's, or gone."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        if os.fstat(descriptor).st_uid == os.geteuid():
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
    except BlockingIOError:
        pass
    os.close(descriptor)
    return None


def _is(path: str, descriptor: int) -> bool:
    try:
        return os.path.samestat(os.lstat(path), os.fstat(descriptor))
    except FileNotFoundError:
        return False
