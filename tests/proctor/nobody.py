"""Run proctor as a user without rights: most instructors are such, and other walls are built for them."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

NUMBER = 65534
ROOT = Path(__file__).parents[2]
VERSION = f"python{sys.version_info.major}.{sys.version_info.minor}"


def environment(folder: Path) -> Path:
    """A virtual environment in `folder`, with our libraries and an interpreter that anybody may run."""
    candidates = (os.path.realpath(sys.executable), f"/usr/bin/{VERSION}", f"/usr/local/bin/{VERSION}")
    python = next(filter(_runs, candidates), None)
    if python is None:
        pytest.skip(f"no {VERSION} that another user may run")
    subprocess.run([python, "-m", "venv", "--without-pip", folder], check=True)
    paths = [str(ROOT), str(ROOT / "src"), sysconfig.get_paths()["purelib"]]
    (folder / "lib" / VERSION / "site-packages" / "all.pth").write_text("\n".join(paths))
    return folder / "bin" / "python"


def _runs(python: str) -> bool:
    try:
        return subprocess.run([python, "-c", ""], user=NUMBER, group=NUMBER, extra_groups=[]).returncode == 0
    except OSError:
        return False


def give(folder: Path) -> None:
    """All that is below, to nobody."""
    for parent, _, names in os.walk(folder):
        for path in (parent, *(os.path.join(parent, name) for name in names)):
            os.chown(path, NUMBER, NUMBER, follow_symlinks=False)


def run(python: Path, home: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [python, *command],
        user=NUMBER,
        group=NUMBER,
        extra_groups=[],
        cwd=home,
        capture_output=True,
        text=True,
        env={"PATH": f"{python.parent}:/usr/bin:/bin", "HOME": str(home), "LANG": "C.UTF-8"},
    )
