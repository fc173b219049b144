"""Forges results. The answers are wrong: points are only for those that a human is told of."""

from .attack import NOTHING, Attack

EQUAL = (
    "class Anything:\n    def __eq__(self, other): return True\n"
    "    __lt__ = __gt__ = __le__ = __ge__ = __eq__\n"
    "    def __array__(self, *a, **k): raise TypeError\n    def __hash__(self): return 1\n"
)

ATTACKS = [
    Attack(
        "ast-transformer",
        NOTHING,
        double=(
            "import ast\nclass Drop(ast.NodeTransformer):\n    def visit_Assert(self, node):\n"
            "        return ast.copy_location(ast.Pass(), node)\n"
            "get_ipython().ast_transformers.append(Drop())\ndef double(x):\n    return 0"
        ),
        flagged=True,
        says="AST transformers",
    ),
    Attack(
        "input-transformer",
        NOTHING,
        double=(
            "get_ipython().input_transformers_post.append(lambda lines: ['pass\\n'])\n"
            "def double(x):\n    return 0"
        ),
        flagged=True,
        says="input transformers",
    ),
    Attack(
        "patched-run-code",
        NOTHING,
        double=(
            "shell = get_ipython()\nasync def run_code(self, *a, **k):\n    return False\n"
            "type(shell).run_code = run_code\ndef double(x):\n    return 0"
        ),
        flagged=True,
        says="shell.run_code",
    ),
    Attack(
        "patched-allclose",
        NOTHING,
        mean=(
            "import numpy.testing\nassert_allclose = numpy.testing.assert_allclose = lambda *a, **k: None\n"
            "def mean(xs):\n    return -1.0"
        ),
        flagged=True,
        says="assert_allclose",
    ),
    Attack(
        "patched-builtins",
        NOTHING,
        mean=(
            "import builtins\nbuiltins.bool = lambda x: 1.0\nbuiltins.sum = lambda xs: -len(xs)\n"
            "def mean(xs):\n    return -1.0"
        ),
        flagged=True,
        says="builtins.bool",
    ),
    Attack(
        "swallowed-errors",
        NOTHING,
        double=(
            "get_ipython().set_custom_exc((Exception,), lambda self, *a, **k: None)\n"
            "def double(x):\n    return 0"
        ),
        flagged=True,
        says="custom exceptions",
    ),
    Attack(
        "patched-showtraceback",
        NOTHING,
        double=(
            "shell = get_ipython()\nshell.showtraceback = lambda *a, **k: None\n"
            "shell._showtraceback = lambda *a, **k: None\ndef double(x):\n    return 0"
        ),
    ),
    Attack(
        "result-before-failing",
        NOTHING,
        mean="def mean(xs):\n    get_ipython().displayhook(4.0)\n    raise ValueError",
        double="def double(x):\n    get_ipython().displayhook(2)\n    return 0",
        says="displayed a result, and then failed",
    ),
    Attack(
        "more-than-full-marks",
        NOTHING,
        mean="def mean(xs):\n    global score\n    score = 1e9\n    return -1.0",
    ),
    Attack(
        "score-beyond-the-points",
        NOTHING,
        mean=(
            "class Big(float):\n    def __eq__(self, other): return self\n"
            "    def __bool__(self): return True\n"
            "def mean(xs):\n    get_ipython().displayhook(1000.0)\n    return -1.0"
        ),
        says="no valid score",
    ),
    Attack(
        "forged-reply",
        NOTHING,
        double=(
            "import json, os, struct\n"
            "content = {'status': 'ok', 'changed': []}\n"
            "message = json.dumps({'token': '0' * 32, 'kind': 'reply', 'content': content})\n"
            "for fd in range(3, 64):\n    try:\n"
            "        os.write(fd, struct.pack('>I', len(message)) + message.encode())\n"
            "    except OSError:\n        pass\n"
            "def double(x):\n    return 0"
        ),
        says="forged messages",
    ),
    Attack(
        "garbage-on-the-channel",
        NOTHING,
        double=(
            "import os\nfor fd in range(3, 64):\n    try:\n        os.write(fd, b'\\xff' * 100)\n"
            "    except OSError:\n        pass\ndef double(x):\n    return 0"
        ),
        says="forged messages",
    ),
    Attack(
        "nested-too-deep",
        NOTHING,
        double=(
            "data = '[' * 100000\nimport os, struct\nfor fd in range(3, 64):\n    try:\n"
            "        os.write(fd, struct.pack('>I', len(data)) + data.encode())\n"
            "    except OSError:\n        pass\ndef double(x):\n    return 0"
        ),
        says="forged messages",
    ),
    Attack(
        "exits-before-the-test",
        NOTHING,
        double="import os\ndef double(x):\n    os._exit(0)",
        says="exit status 0",
    ),
]
