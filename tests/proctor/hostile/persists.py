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
    reaches(
        "reads-a-parents-memory",
        "import os\nthrough = os.getppid() and open(f'/proc/{os.getppid()}/mem', 'rb')",
    ),
    reaches(
        "takes-a-descriptor",
        "import ctypes, os\nlibc = ctypes.CDLL(None)\nfd = libc.syscall(434, os.getppid() or 2, 0)\n"
        "through = fd >= 0 and libc.syscall(438, fd, 1, 0) >= 0",
    ),
    reaches(
        "new-user-namespace",
        "import ctypes\nthrough = ctypes.CDLL(None).syscall(56, 0x10000000 | 17, 0, 0, 0, 0) > 0",
    ),
    reaches(
        "types-into-the-terminal",
        "import fcntl, termios\nfcntl.ioctl(0, termios.TIOCSTI, b'x')\nthrough = True",
    ),
    reaches(
        "raises-its-limits",
        "import resource\nresource.setrlimit(resource.RLIMIT_NPROC, (9999, 9999))\nthrough = True",
    ),
    reaches("sets-the-clock", "import time\ntime.clock_settime(time.CLOCK_REALTIME, 0)\nthrough = True"),
    reaches("makes-a-device", "import os, stat\nos.mknod('d', stat.S_IFBLK | 0o600, 2049)\nthrough = True"),
    reaches("loads-a-filter", "import ctypes\nthrough = ctypes.CDLL(None).syscall(321, 0, 0, 0) >= 0"),
    reaches(
        "kills-the-grader",
        "import os\nfor p in range(2, 400000, 7):\n"
        "    try:\n        os.kill(p, 0)\n        through = True\n    except OSError:\n        pass",
    ),
    harmless(
        "ignores-signals",
        "import signal\nfor n in range(1, 32):\n    if n not in (9, 19):\n"
        "        try: signal.signal(n, signal.SIG_IGN)\n        except OSError: pass",
    ),
    harmless(
        "stops-itself", "import os, signal\nif os.fork() == 0:\n    os.kill(os.getpid(), signal.SIGSTOP)"
    ),
    harmless(
        "runs-from-memory",
        "import os\nfd = os.memfd_create('x')\nos.write(fd, open('/bin/sleep', 'rb').read())\n"
        "if os.fork() == 0:\n    os.setsid()\n    os.execv(f'/proc/self/fd/{fd}', ['sleep', '86399'])",
    ),
    harmless(
        "plants-a-path-file",
        "import site\nfor d in site.getsitepackages():\n    open(d + '/evil.pth', 'w').write('import os')",
    ),
    harmless("changes-its-folder", "import os\nos.chdir('/')"),
    harmless("removes-its-folder", "import shutil, os\nshutil.rmtree(os.getcwd())"),
    harmless("closes-the-output", "import os\nos.close(1)\nos.close(2)"),
]
