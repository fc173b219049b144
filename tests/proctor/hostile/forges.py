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
    *(
        Attack(name, NOTHING, mean=f"{code}\ndef mean(xs):\n    return -1.0", flagged=True, says=says)
        for name, code, says in (
            ("shadowed-assert_allclose", "assert_allclose = lambda *a, **k: None", "assert_allclose"),
            ("shadowed-bool", "bool = lambda x: 1.0", "bool, which is Python's"),
            ("shadowed-sum", "sum = lambda xs: -len(xs)", "sum, which is Python's"),
            ("shadowed-len", "import functools\nlen = functools.partial(lambda xs: -1)", ""),
            (
                "replaced-numpy",
                "class Fake:\n    def __getattr__(self, name): return lambda *a, **k: 0\nnp = Fake()\n"
                "assert_allclose = np.assert_allclose",
                "assert_allclose",
            ),
            (
                "replaced-builtins",
                "import builtins\n"
                "__builtins__ = {**vars(builtins), 'bool': lambda x: 1.0, 'sum': lambda xs: -len(xs)}",
                "__builtins__",
            ),
            ("patched-isinstance", "import builtins\nbuiltins.isinstance = lambda *a: True", "isinstance"),
            (
                "patched-import",
                "import builtins\nreal = builtins.__import__\n"
                "builtins.__import__ = lambda *a, **k: real(*a, **k)",
                "builtins.__import__",
            ),
            (
                "replaced-AssertionError",
                "import builtins\nclass AssertionError(Exception): pass\n"
                "builtins.AssertionError = AssertionError",
                "builtins.AssertionError",
            ),
            (
                "replaced-module",
                "import sys, types\nfake = types.ModuleType('numpy.testing')\n"
                "fake.assert_allclose = lambda *a, **k: None\nsys.modules['numpy.testing'] = fake\n"
                "from numpy.testing import assert_allclose",
                "module numpy.testing",
            ),
            (
                "patched-code-object",
                "import numpy.testing as t\ndef nothing(*a, **k): pass\n"
                "t.assert_allclose.__code__ = nothing.__code__\n"
                "t.assert_allclose.__wrapped__.__code__ = nothing.__code__",
                "assert_allclose",
            ),
            (
                "found-by-gc",
                "import gc, numpy.testing as t\nholder = [t.assert_allclose]\n"
                "for d in gc.get_referrers(t.assert_allclose):\n    if isinstance(d, dict):\n"
                "        for k in list(d):\n            if d[k] is holder[0]: d[k] = lambda *a, **k: None",
                "looks through memory",
            ),
            (
                "patched-unittest",
                "import unittest\nunittest.TestCase.assertEqual = lambda *a, **k: None",
                "TestCase.assertEqual",
            ),
            ("traced", "import sys\nsys.settrace(lambda *a: None)", "settrace"),
            ("profiled", "import sys\nsys.setprofile(lambda *a: None)", "setprofile"),
            ("patched-fork", "import os\nos.register_at_fork(after_in_child=lambda: os._exit(0))", "fork"),
        )
    ),
    Attack(
        "equal-to-everything",
        NOTHING,
        double=f"{EQUAL}def double(x):\n    return Anything()",
        flagged=True,
        says="Anything.__eq__",
    ),
    Attack(
        "equal-to-every-array",
        NOTHING,
        mean=(
            "class Same:\n    def __array_ufunc__(self, *a, **k): return np.True_\n"
            "    def __array_function__(self, *a, **k): return np.True_\n"
            "    def __eq__(self, other): return True\ndef mean(xs):\n    return Same()"
        ),
        flagged=True,
        says="Same.",
    ),
    Attack(
        "a-float-equal-to-everything",
        NOTHING,
        double="def double(x):\n    return type('F', (float,), {'__eq__': lambda s, o: True})(0)",
        flagged=True,
        says="F.__eq__",
    ),
    Attack(
        "equal-to-everything-and-frozen",
        NOTHING,
        double=f"{EQUAL}import gc\ngc.freeze()\ndef double(x):\n    return Anything()",
        flagged=True,
        says="garbage collector",
    ),
    Attack(
        "mock-any",
        NOTHING,
        double="from unittest import mock\ndef double(x):\n    return mock.ANY",
        flagged=True,
        says="equal everything",
    ),
    Attack(
        "cursed-floats",
        NOTHING,
        double=(
            "import gc\ntry:\n    gc.get_referents(int.__dict__)[0]['__eq__'] = lambda a, b: True\n"
            "except Exception: pass\ndef double(x):\n    return 0"
        ),
        flagged=True,
    ),
    Attack(
        "looks-into-the-test",
        NOTHING,
        double=(
            "import sys, re\ndef double(x):\n"
            "    source = ''.join(get_ipython().user_ns['In'][-1:])\n"
            "    found = re.search(rf'double\\({x}\\) == (-?\\d+)', source)\n"
            "    return int(found[1]) if found else 0"
        ),
        flagged=True,
        says="reaches into the shell",
    ),
    Attack(
        "frames-to-the-token",
        NOTHING,
        double=(
            "import sys, os\ndef double(x):\n    frame = sys._getframe()\n    while frame:\n"
            "        talk = frame.f_locals.get('conversation')\n        if talk is not None:\n"
            "            talk.say('reply', {'status': 'ok', 'changed': []})\n"
            "            talk.say = lambda *a: None\n            break\n        frame = frame.f_back\n"
            "    return 0"
        ),
        flagged=True,
        says="frames",
    ),
    Attack(
        "frames-without-the-word",
        NOTHING,
        double=(
            "def double(x):\n    try:\n        1 / 0\n    except Exception as error:\n"
            "        frame = getattr(error.__traceback__, 'tb_' + 'frame')\n    while frame:\n"
            "        talk = getattr(frame, 'f_lo' + 'cals').get('conversation')\n"
            "        if talk is not None:\n            talk.say('reply', {'status': 'ok', 'changed': []})\n"
            "            talk.say = lambda *a: None\n            break\n"
            "        frame = getattr(frame, 'f_b' + 'ack')\n    return 0"
        ),
        flagged=True,
    ),
    Attack(
        "patches-its-grader",
        NOTHING,
        double=(
            "import sys\nfor name, module in list(sys.modules.items()):\n"
            "    if 'integrity' in name: module.Mark.changed = lambda self: []\n"
            "try:\n    import proctor.integrity as i\n    i.Mark.changed = lambda self: []\n"
            "except ImportError: pass\nimport ast\nclass Drop(ast.NodeTransformer):\n"
            "    def visit_Assert(self, node): return ast.copy_location(ast.Pass(), node)\n"
            "get_ipython().ast_transformers.append(Drop())\ndef double(x):\n    return 0"
        ),
        flagged=True,
        says="AST transformers",
    ),
    Attack(
        "clean-before-and-after",
        NOTHING,
        double=(
            "shell = get_ipython()\ndef double(x):\n    raise SystemExit\n"
            "def again(*a):\n    pass\nshell.events.register('pre_run_cell', again)"
        ),
        flagged=True,
    ),
    Attack(
        "atexit",
        NOTHING,
        double=(
            "import atexit, os\natexit.register(lambda: [os.write(f, b'x') for f in range(3, 9)])\n"
            "def double(x):\n    return 0"
        ),
    ),
    Attack(
        "warnings-as-the-grade",
        NOTHING,
        mean="score = 4.0\ndef mean(xs):\n    print('4.0')\n    return -1.0",
    ),
    Attack(
        "a-thread-that-answers",
        NOTHING,
        double=(
            "import threading, time\ndef later():\n    while True:\n        globals()['score'] = 4.0\n"
            "        time.sleep(0.001)\nthreading.Thread(target=later, daemon=True).start()\n"
            "def double(x):\n    return 0"
        ),
    ),
]
