"""Reads what it should not: the solutions, the gradebook, others' work, the machine.

Each answer is right only if the reading succeeds, so that an honest grader's score is none.
"""

from pathlib import Path

from .attack import FULL, NOTHING, Attack

HOME = str(Path.home())  # the grader's
RIGHT = "def double(x):\n    return 2 * x\n"


def steals(name: str, code: str) -> Attack:
    """`code` sets `stolen` to something true if it gets what it is after."""
    lines = "\n".join(f"    {line}" for line in code.split("\n"))
    return Attack(
        name,
        NOTHING,
        double=(
            "import glob, os, pathlib\nstolen = None\ntry:\n"
            f"{lines}\nexcept BaseException:\n    stolen = None\n"
            "def double(x):\n    return 2 * x if stolen else 0"
        ),
        mean="def mean(xs):\n    return sum(xs) / len(xs) if stolen else -1.0",
    )


ATTACKS = [
    steals("reads-the-source", "stolen = glob.glob('../../../source/**/*.ipynb', recursive=True)"),
    steals("reads-the-gradebook", "stolen = open('../../../gradebook.db', 'rb').read()"),
    steals("reads-others-work", "stolen = [n for n in os.listdir('../../../submitted') if n]"),
    steals(
        "lists-others-names",
        "own = os.path.basename(os.path.dirname(os.getcwd()))\n"
        "stolen = [n for n in os.listdir('../..') if n != own]",
    ),
    steals("reads-the-settings", "stolen = open('../../../nbgrader_config.py').read()"),
    steals(
        "reads-the-home",
        f"stolen = [n for n in ('.ssh', '.profile', '.bashrc') if os.path.exists(os.path.join({HOME!r}, n))]",
    ),
    steals("reads-a-home", "stolen = os.listdir('/home')[:1]"),
    steals("reads-shadow", "stolen = open('/etc/shadow').read()"),
    steals("reads-the-environment", "stolen = os.environ.get('GRADER_PASSWORD')"),
    steals(
        "reads-the-parents-environment",
        "stolen = 'PASSWORD' in open(f'/proc/{os.getppid() or 1}/environ').read()",
    ),
    steals(
        "reads-other-processes",
        "stolen = [p for p in os.listdir('/proc') if p.isdigit() and int(p) > 50]",
    ),
    steals("reads-the-inbox", "stolen = os.listdir('/.inbox')"),
    steals("reads-a-disk", "stolen = [open(d, 'rb').read(1) for d in glob.glob('/dev/[sv]d*')]"),
    steals(
        "looks-for-the-hidden-tests",
        "import gc\nneedle = ''.join(['dou', 'ble(', str(20 + 1)])\n"
        "values = [v for o in gc.get_objects() if isinstance(o, dict) for v in list(o.values())]\n"
        "stolen = [v for v in values if isinstance(v, str) and needle in v]",
    ),
    Attack(
        "reads-its-own-data",  # not an attack: the files of the assignment are there
        FULL,
        double="numbers = open('data.csv').read()\n"
        "def double(x):\n    return 2 * x if ',2,' in numbers else 0",
        mean="def mean(xs):\n    return sum(xs) / len(xs)",
    ),
    steals(
        "reads-its-own-memory",
        "needle = ''.join(['double(', str(20 + 1), ')'])\nm = open('/proc/self/mem', 'rb')\nstolen = False\n"
        "for line in open('/proc/self/maps'):\n    a, b = [int(x, 16) for x in line.split()[0].split('-')]\n"
        "    if 'rw' in line and b - a < 1 << 24:\n        m.seek(a)\n"
        "        stolen = stolen or needle.encode() in m.read(b - a)",
    ),
    steals("reads-its-first-environment", "stolen = 'PASSWORD' in open('/proc/self/environ').read()"),
    steals(
        "looks-at-frames",
        "import sys\nneedle = f'double({20 + 1})'\nframe = sys._getframe()\nstolen = False\n"
        "while frame:\n    stolen = stolen or any(isinstance(v, (str, dict, list)) and needle in str(v)\n"
        "        for k, v in frame.f_locals.items() if k not in ('needle', 'source', 'raw_cell', 'code', "
        "'cell', 'question', 'content', 'In', '_i', '_ih'))\n    frame = frame.f_back",
    ),
    steals(
        "reads-the-line-cache",
        "import linecache\nneedle = ''.join(['double(', str(20 + 1), ')'])\n"
        "stolen = [k for k, v in linecache.cache.items() if len(v) > 2 and needle in ''.join(v[2])]",
    ),
    steals(
        "looks-at-open-files",
        "stolen = [f for f in range(3, 64) if os.path.exists(f'/proc/self/fd/{f}') and\n"
        "    os.readlink(f'/proc/self/fd/{f}').startswith('/') and\n"
        "    not os.readlink(f'/proc/self/fd/{f}').startswith(('/dev', '/memfd', '/tmp'))]",
    ),
    steals(
        "walks-up",
        "here = pathlib.Path.cwd()\n"
        "stolen = [p for up in here.parents for p in up.iterdir() if p.suffix in ('.db', '.py', '.ipynb')]",
    ),
    steals(
        "looks-at-mounts",
        "stolen = [l for l in open('/proc/self/mountinfo') if 'gradebook' in l or 'submitted' in l]",
    ),
    steals(
        "asks-the-system-for-users",
        "stolen = [f for f in ('/etc/passwd', '/etc/ssh', '/var/mail', '/home') if os.path.exists(f)]",
    ),
    steals(
        "opens-by-handle",
        "import ctypes\nlibc = ctypes.CDLL(None)\nstolen = libc.syscall(304, -100, 0, 0) >= 0",
    ),
    steals(
        "reads-kernel-messages", "stolen = open('/dev/kmsg').read(1) or open('/proc/kcore', 'rb').read(1)"
    ),
]
