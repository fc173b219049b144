"""Run `python -m nbgrader …` and `python -m proctor.cli …` in forks of a process that has imported what they
import: that takes seconds, and the tests run hundreds of them.

It reads a line for each command: JSON, with the module, its arguments, the folder, the environment, and the
files for its output. It writes a line when the command has ended: its exit status.
"""

import json
import os
import runpy
import sys
import tempfile

import nbgrader.apps.nbgraderapp  # noqa: F401 (as the others: loaded once, for all commands)

import proctor.autograde
import proctor.export
import proctor.pages
import proctor.regrade
import proctor.report
import proctor.status  # noqa: F401


def main() -> None:
    for line in sys.stdin:
        request = json.loads(line)
        if (child := os.fork()) == 0:
            return run(**request)  # and then to the end of the program, as any other
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def run(
    module: str, arguments: list[str], folder: str, environment: dict[str, str], out: str, err: str
) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    for number, file in enumerate((os.devnull, out, err)):
        opened = os.open(file, flags if number else os.O_RDONLY)
        os.dup2(opened, number)
        os.close(opened)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.path[0] = folder
    sys.path[1:1] = filter(None, environment.get("PYTHONPATH", "").split(os.pathsep))
    tempfile.tempdir = None  # what the environment says was not yet looked up
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
