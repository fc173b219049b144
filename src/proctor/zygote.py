"""The process that all notebooks are forked from: libraries imported, shell warm, walls half up.

Started by launcher.py, it reads requests from a socket, and forks a guard for each. It runs no student code
and no operation of a library, since torch hangs in forks of a process that has computed with several threads.

    python -m proctor.zygote SOCKET
"""

import contextlib
import gc
import importlib
import json
import os
import socket
import sys
from typing import Any

from . import isolation, syscalls
from .guard import fork_guarded
from .isolation import Level, View
from .limits import Limits


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    settings = json.loads(control.recv(1 << 20))
    level, view = Level(**settings["level"]), View(**settings["view"])
    del sys.path[0]  # the working folder, which `-m` has put there
    try:
        isolation.enter(level, view)
        serve(control, level, view, settings["modules"], settings["arguments"])
    except Exception as error:
        control.send(json.dumps({"error": f"{type(error).__name__}: {error}"}).encode())


def serve(control: socket.socket, level: Level, view: View, modules: list[str], arguments: list[str]) -> None:
    for name in modules:
        with contextlib.suppress(Exception):  # the notebook will say what is missing, as it would anyway
            importlib.import_module(name)
    from . import child, integrity, kernel

    integrity.load_helpers()
    warm = kernel.make_kernel(arguments)
    for name in [name for name in sys.modules if name.partition(".")[0] == "proctor"]:
        del sys.modules[name]  # a notebook that imports it gets another copy
    mark = integrity.Mark(warm)
    gc.collect()
    gc.freeze()  # else the collector of each child would touch, and so copy, all of this memory
    syscalls.use_large_pages()
    control.send(json.dumps({"language_info": warm.language_info}).encode())
    while True:
        data, descriptors, _, _ = socket.recv_fds(control, 1 << 16, 3)
        with contextlib.suppress(ChildProcessError):  # guards report by themselves: only bury them
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if not data:
            return
        request = json.loads(data)
        connection, report, files = descriptors

        def work(guard: int, request: dict[str, Any] = request, descriptors: Any = descriptors) -> None:
            connection, report, files = descriptors
            most = Limits(**request["limits"])
            captured = kernel.Descriptors(), kernel.Descriptors()
            isolation.confine(
                level,
                view,
                files,
                request["place"],
                request["folder"],
                most,
                request["slot"],
                guard,
            )
            os.close(report)
            child.serve(warm, mark, captured, connection, request["token"], request["limits"]["output"])

        watch = isolation.watch(level, view, request["place"], Limits(**request["limits"]))
        fork_guarded(level, request["slot"], work, watch, report, keep=[connection, files])
        os.close(connection)
        os.close(report)
        os.close(files)


if __name__ == "__main__":
    main()
