"""What is installed, and the environment variables that student code gets: few, and no secrets among them."""

import hashlib
import os
import site
import sys
from collections.abc import Mapping
from importlib.metadata import version

KEPT = ("PATH", "LANG", "LANGUAGE", "TZ", "VIRTUAL_ENV", "CONDA_PREFIX", "LD_LIBRARY_PATH", "PYTHONHASHSEED")
KEPT_STARTS = ("LC_",)
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
HOME = "PROCTOR_HOME"  # the instructor's: tracebacks write paths below it with a ~, as they would there


def clean(variables: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in variables.items() if name in KEPT or name.startswith(KEPT_STARTS)}
    return {
        **kept,
        # A number that depends on how many threads added it up would make a grade depend on the machine.
        **{name: variables.get(name, "1") for name in THREADS},
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "HOME": "/tmp",
        HOME: os.path.expanduser("~"),
        "TMPDIR": "/tmp",
        "IPYTHONDIR": "/tmp/.ipython",
        "MPLCONFIGDIR": "/tmp/.matplotlib",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",  # as ipykernel sets it
        "NBGRADER_EXECUTION": "autograde",
    }


def packages() -> list[str]:
    """All that is installed: the names of the packages' folders hold their versions."""
    folders = {*site.getsitepackages(), *(path for path in sys.path if path.endswith("site-packages"))}
    return sorted(
        name for folder in folders if os.path.isdir(folder) for name in os.listdir(folder) if "-info" in name
    )


def installed() -> str:
    """Python and the packages, hashed."""
    return hashlib.sha256("\n".join([sys.version, version("nbgrader"), *packages()]).encode()).hexdigest()[
        :32
    ]
