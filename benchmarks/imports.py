"""How long does `import layerwise` take, above NumPy's own import?

Fresh processes in turns, each with NumPy alone, with layerwise, or with torch: processor time of the whole
process, less that of the one with NumPy in the same round.
"""

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from tempfile import TemporaryDirectory

from measure import AUTO, Options, Row, compared, main

TARGET = 100  # ms
PROGRAMS = {"numpy": "import numpy", "layerwise": "import numpy, layerwise", "torch": "import numpy, torch"}
ROUNDS = 5


def imports(options: Options) -> Iterator[Row]:
    if not options.wants("import"):
        return
    times: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    with TemporaryDirectory() as folder:
        for program in PROGRAMS.values():
            run(program, folder)  # the first compiles, and reads from the disk
        for _ in range(3 if options.quick else ROUNDS):
            for name, program in PROGRAMS.items():
                times[name].append(run(program, folder))
    ours, theirs = (
        [a - b for a, b in zip(times[name], times["numpy"], strict=True)] for name in ("layerwise", "torch")
    )
    yield compared("import, above NumPy's", ours, theirs, target=TARGET, of="ours")


def run(program: str, compiled: str) -> float:
    """Seconds of processor time of a Python process; `compiled` is the folder for compiled code."""
    environment = os.environ | {"PYTHONPYCACHEPREFIX": compiled, "PYTHONDONTWRITEBYTECODE": ""}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", program], check=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


if __name__ == "__main__":
    main(__doc__ or "", imports, (AUTO,))
