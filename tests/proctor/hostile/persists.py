"""Reaches for the next student, the grader and the world: leaves things behind, kills, talks."""

from .attack import FULL, NO_DOUBLE, Attack

RIGHT_MEAN = "def mean(xs):\n    return sum(xs) / len(xs)"
GRADES = {"double": "def double(x):\n    return 2 * x", "mean": RIGHT_MEAN}


def harmless(name: str, code: str, leaves: list[str] | None = None) -> Attack:
    """What it does comes to nothing, and its right answers count."""
    lines = "\n".join(f"    {line}" for line in code.split("\n"))
    first = f"try:\n{lines}\nexcept Exception:\n    pass\n"
    return Attack(name, FULL, double=first + GRADES["double"], mean=RIGHT_MEAN, leaves=leaves or [])


def reaches(name: str, code: str) -> Attack:
    """double() is right only if it gets through."""
    lines = "\n".join(f"    {line}" for line in code.split("\n"))
    first = f"through = None\ntry:\n{lines}\nexcept Exception:\n    through = None\n"
    answer = "def double(x):\n    return 2 * x if through else 0"
    return Attack(name, NO_DOUBLE, double=first + answer, mean=RIGHT_MEAN)


ATTACKS = [
    harmless(
        "plants-a-startup-file",
        "import os, pathlib\n"
        "folder = pathlib.Path(os.path.expanduser('~/.ipython/profile_default/startup'))\n"
        "folder.mkdir(parents=True)\n(folder / 'x.py').write_text('def double(x): return 2 * x')",
    ),
    harmless(
        "leaves-a-file-in-tmp",
        "open('/tmp/proctor-test-left-behind', 'w').write('x')",
        leaves=["/tmp/proctor-test-left-behind"],
    ),
    harmless(
        "leaves-a-process",
        "import subprocess\nsubprocess.Popen(['sleep', '86399'], start_new_session=True)",
    ),
    harmless(
        "forks-twice",
        "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
        "        time.sleep(86399)\n    os._exit(0)",
    ),
    harmless("kills-all", "import os, signal\nos.kill(-1, signal.SIGKILL)"),
    harmless("kills-its-parent", "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)"),
    harmless("kills-itself", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"),
    harmless("writes-to-the-libraries", "import numpy\nopen(numpy.__file__, 'a').write('#')"),
    harmless("writes-to-the-course", "open('../../../gradebook.db', 'wb').write(b'')"),
    reaches(
        "becomes-root",
        "import os\nos.setuid(0)\nthrough = os.getuid() == 0",
    ),
    reaches(
        "talks-to-the-network",
        "import socket\nthrough = socket.create_connection(('192.0.2.1', 80), timeout=2)",
    ),
    reaches(
        "talks-to-the-machine-below",
        "import socket\nthrough = socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)",
    ),
    reaches(
        "traces-its-parent",
        "import ctypes, os\nthrough = ctypes.CDLL(None).ptrace(16, os.getppid() or 1, 0, 0) == 0",
    ),
    reaches(
        "mounts",
        "import ctypes\nlibc = ctypes.CDLL(None)\n"
        "through = libc.unshare(0x10000000) == 0 or libc.mount(b'x', b'/tmp', b'tmpfs', 0, None) == 0",
    ),
    reaches(
        "outlives-its-guard",
        "import ctypes\nthrough = ctypes.CDLL(None).prctl(1, 0, 0, 0, 0) == 0",
    ),
]
