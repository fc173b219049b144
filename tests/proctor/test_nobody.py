"""The walls that a user without rights gets: where user namespaces are allowed, all but a user of its own."""

import json
import os
import tempfile
from pathlib import Path

import pytest

from . import nobody

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="the other tests run as an ordinary user already")


@needs_root
def test_the_walls_of_an_ordinary_user() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        os.chmod(folder, 0o755)
        python = nobody.environment(Path(folder, "environment"))
        nobody.give(Path(folder))
        done = nobody.run(python, Path(folder), "-m", "proctor.cli", "doctor", "--json")
        allowed = nobody.run(
            python, Path(folder), "-c", "from proctor.syscalls import *; unshare(NEW_USERS | NEW_MOUNTS)"
        )
    told = json.loads(done.stdout)
    best = "namespaces + seccomp"
    if allowed.returncode == 0:
        assert told["level"] == best, told["tried"][best]
        assert all(told["tried"][best].values()), told["tried"][best]
    else:
        assert told["level"] == "landlock + seccomp", told["tried"]
