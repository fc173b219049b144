"""Reads what it should not: the solutions, the gradebook, others' work, the machine.

Each answer is right only if the reading succeeds, so that an honest grader's score is none.
"""

from .attack import FULL, NOTHING, Attack

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
    steals("reads-a-home", "stolen = os.listdir('/root/.ssh') + os.listdir('/home')[:1]"),
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
]
