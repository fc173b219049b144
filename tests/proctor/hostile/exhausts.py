"""Takes all it can get: time, memory, processes, disk, output."""

from .attack import FULL, NO_DOUBLE, NOTHING, Attack

RIGHT_MEAN = "def mean(xs):\n    return sum(xs) / len(xs)"

ATTACKS = [
    Attack(
        "endless-loop",
        NO_DOUBLE | {"double-hidden": 0.0},
        double="def double(x):\n    while True: pass",
        mean=RIGHT_MEAN,
    ),
    Attack(
        "endless-loop-that-cannot-be-interrupted",
        NOTHING,
        double=(
            "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
            "def double(x):\n    while True: pass"
        ),
        mean=RIGHT_MEAN,
        says="could not be interrupted",
    ),
    Attack(
        "memory",
        NO_DOUBLE,
        double="def double(x):\n    return len(bytearray(1 << 40))",
        mean=RIGHT_MEAN,
    ),
    Attack(
        "fork-bomb",
        NO_DOUBLE,
        double=(
            "import os, time\ndef double(x):\n    for _ in range(1000):\n"
            "        if os.fork() == 0:\n            time.sleep(600)\n    return 0"
        ),
        mean=RIGHT_MEAN,
    ),
    Attack(
        "fills-the-disk",
        NO_DOUBLE,
        double=(
            "def double(x):\n    for i in range(100):\n        with open(f'big{i}', 'wb') as f:\n"
            "            f.write(bytes(10 << 20))\n    return 0"
        ),
        mean=RIGHT_MEAN,
    ),
    Attack(
        "many-files",
        NO_DOUBLE,
        double="def double(x):\n    for i in range(100000): open(str(i), 'w').close()\n    return 0",
        mean=RIGHT_MEAN,
    ),
    Attack(
        "one-long-line",
        FULL,
        double="print('x' * (30 << 20))\ndef double(x):\n    return 2 * x",
        mean=RIGHT_MEAN,
    ),
    Attack(
        "many-lines",
        FULL,
        double="for i in range(100_000): print(i)\ndef double(x):\n    return 2 * x",
        mean=RIGHT_MEAN,
    ),
    Attack(
        "crashes",
        NOTHING,
        double="import ctypes\ndef double(x):\n    ctypes.string_at(0)",
        mean=RIGHT_MEAN,
        says="SIGSEGV",
    ),
    Attack(
        "large-notebook-metadata",
        FULL,
        double="def double(x):\n    return 2 * x",
        mean=RIGHT_MEAN,
        change=lambda nb: nb.metadata.update(x="y" * (5 << 20)),
    ),
    Attack(
        "shared-memory",
        NO_DOUBLE,
        double=(
            "def double(x):\n    for i in range(100):\n        with open(f'/dev/shm/b{i}', 'wb') as f:\n"
            "            f.write(bytes(10 << 20))\n    return 0"
        ),
        mean=RIGHT_MEAN,
    ),
    Attack(
        "many-threads",
        NO_DOUBLE,
        double=(
            "import threading, time\ndef double(x):\n    for _ in range(1000):\n"
            "        threading.Thread(target=time.sleep, args=[600], daemon=True).start()\n    return 0"
        ),
        mean=RIGHT_MEAN,
    ),
    Attack(
        "many-open-files",
        NO_DOUBLE,
        double="def double(x):\n    keep = [open('/dev/null') for _ in range(100000)]\n    return 0",
        mean=RIGHT_MEAN,
    ),
    Attack(
        "endless-displays",
        FULL,
        double=(
            "from IPython.display import display, clear_output\nfor i in range(3000): display({'text/plain': "
            "str(i)}, raw=True)\ndef double(x):\n    return 2 * x"
        ),
        mean=RIGHT_MEAN,
    ),
    Attack(
        "a-display-too-large",
        NOTHING,
        double=(
            "from IPython.display import display\ndisplay({'text/plain': 'x' * (60 << 20)}, raw=True)\n"
            "def double(x):\n    return 2 * x"
        ),
        mean=RIGHT_MEAN,
        says="forged messages",
    ),
    Attack(
        "swallows-the-interrupt",
        NO_DOUBLE,
        double=(
            "def double(x):\n    for _ in range(3):\n        try:\n            while True: pass\n"
            "        except BaseException: return 0"
        ),
        mean=RIGHT_MEAN,
    ),
]
