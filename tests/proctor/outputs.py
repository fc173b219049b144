"""Cells that print, display and fail in all the ways that a notebook can: each must leave what it leaves
under nbgrader. They run in one notebook, one after the other. None writes to both streams at once from
another process: which comes first, IPython leaves to chance. What reaches the notebook by another way
than the kernel's own print begins with LATE: ipykernel's thread may read it only when a later cell runs.
None asks how far a task has come: how often the loop turns between two cells hangs on the machine."""

LATE = "late: "

CELLS = r"""
import contextlib, functools, io, logging, os, subprocess, sys, threading, warnings
from IPython.display import *
#--
print(os.getcwd(), len(sys.argv), __name__, "__file__" in globals())
print("to stderr", file=sys.stderr); print("and back")
display(HTML("<b>bold</b>"), metadata={"a": 1}); handle = display("first", display_id="here")
update_display("second", display_id="here")
warnings.warn("careful"); warnings.warn("old", DeprecationWarning)
np.arange(3.0) / 7
#--
os.environ.get("NBGRADER_EXECUTION"), os.environ.get("NBGRADER_VALIDATING")
#--
logging.warning("logged"); logging.getLogger("x").info("not")
#--
np.float64(1) / np.zeros(1)
#--
code = os.system('echo late: from the shell')
#--
!echo shell; echo err 1>&2; exit 3
#--
_exit_code
#--
lines = !printf 'a\nb\n'
lines
#--
%%bash
echo bash
#--
%%bash
echo bash-err >&2
#--
%%sh
exit 4
#--
%%writefile made.py
value = 41
#--
import made; made.value + 1
#--
%run made.py
value
#--
%%html
<b>html</b>
#--
%%latex
$x^2$
#--
%%javascript
console.log(1)
#--
%%svg
<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"></svg>
#--
%load_ext autoreload
%autoreload 0
#--
%no_such_magic
#--
%%no_such_cell_magic
1
#--
%precision 3
#--
3.14159265
#--
%precision %r
#--
%cd /
#--
%cd -
#--
%history -n 1-2
#--
%who int
#--
%load made.py
#--
len?
#--
%time pass
!echo shell
_
#--
%%capture out
print('captured')
#--
out.stdout, In[1], list(Out)
#--
subprocess.run(["echo", "late: subprocess"]); print("after")
#--
program = "import sys; print('child'); print('err', file=sys.stderr)"
subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
#--
os.write(2, b"late: descriptor two\n");
#--
import multiprocessing
whole = functools.partial(print, end="")
process = multiprocessing.get_context("fork").Process(target=whole, args=("late: in a process\n",))
process.start(); process.join()
#--
from concurrent.futures import ThreadPoolExecutor, ProcessPoolExecutor
with ThreadPoolExecutor(3) as pool: print(list(pool.map(abs, [-1, -2])))
with ProcessPoolExecutor(2) as pool: print(sum(pool.map(abs, range(-4, 0))))
with ProcessPoolExecutor(1) as pool: list(pool.map(whole, ["late: a\n", "late: b\n"]))
#--
thread = threading.Thread(target=lambda: print("in a thread")); thread.start(); thread.join()
#--
def fails(): raise ValueError("in a thread")
bad = threading.Thread(target=fails, name="bad"); bad.start(); bad.join()
#--
import asyncio
await asyncio.sleep(0)
'awaited'
#--
asyncio.get_running_loop().is_running()
#--
async def background():
    for i in range(5): await asyncio.sleep(0)
    return "done"
task = asyncio.create_task(background())
#--
await task
#--
try: asyncio.run(background())
except RuntimeError as error: print(error)
#--
async def speak():
    await asyncio.sleep(0.2); print("from a task"); display("as well")
talker = asyncio.create_task(speak())
#--
await talker
#--
input('name?')
#--
sys.stdin.read()
#--
for i in range(50): print(i)
#--
print('gone'); clear_output(); print('stays')
#--
print("a"); clear_output(wait=True); print("b"); display("c"); clear_output(wait=True)
#--
print("x", end=""); print("y", end="", flush=True); print("z\r1\b2\x00\x1b[31mred\x1b[0m \u2028 😀")
#--
print("o1"); print("e1", file=sys.stderr); display("d"); print("o2"); print("e2", file=sys.stderr)
#--
sys.stdout.write("n"), sys.stderr.write("m")
#--
sys.stdout.writelines(["a\n"])
sys.stdout.isatty(), sys.stdout.encoding, sys.stdout.name, sys.stdout.errors, sys.stdout.readable()
#--
with contextlib.redirect_stdout(io.StringIO()) as out: print("kept")
out.getvalue()
#--
display(Image(data=b"\x89PNG\r\n\x1a\n", format="png"))
display(Markdown("**md**"), Latex("$x$"), JSON({"a": [1]}), Pretty("p"))
#--
data = {"text/plain": "raw", "application/json": {"b": None}, "application/x-mine+json": [1]}
display(data | {"text/x-mine": "t"}, raw=True)
#--
display({"text/plain": ["two\n", "lines"], "image/png": b"bytes"}, raw=True)
#--
print("before it"); shown = display("across", display_id="across"); print("behind it")
#--
update_display("cells", display_id="across"); display("again", display_id="across")
#--
h = display("one", display_id=True); h.update("two"); type(h).__name__
#--
"\ud800"
#--
1; 2
#--
5;
#--
get_ipython().ast_node_interactivity = "all"
#--
1
2
#--
get_ipython().ast_node_interactivity = "last_expr"
#--
from IPython import get_ipython as shell
shell().run_cell("print('nested')\n5"); 6
#--
shell().events.register("post_run_cell", lambda result: print("hook")); 7
#--
shell().events.callbacks["post_run_cell"].pop(); 8
#--
shell().set_next_input("never")
#--
def f(n):
    return 1 / n if n == 0 else f(n - 1)
f(5)
#--
for i in range(3) print(i)
#--
    indented = 1
#--
x = 1
  y = 2
#--
"unterminated
#--
eval("1 +")
#--
import nothing_like_this
#--
raise SystemExit
#--
sys.exit("message")
#--
raise KeyboardInterrupt
#--
try:
    1 / 0
except ZeroDivisionError as error:
    raise KeyError('k') from error
#--
raise ExceptionGroup("group", [ValueError(1), TypeError(2)])
#--
raise ValueError("\n".join(map(str, range(300))))
#--
%xmode Plain
#--
1 / 0
#--
%xmode Context
#--
class A:
    def _repr_html_(self): return '<i>a</i>'
    def __repr__(self): return 'A'
A()
#--
class Bad:
    def __repr__(self): raise ValueError("bad repr")
Bad()
#--
class Rich:
    def _repr_html_(self): raise ValueError("bad html")
    def _repr_png_(self): return b"png"
    def _repr_mimebundle_(self, include=None, exclude=None): return {"text/x": "bundle"}, {"text/x": {"m": 1}}
Rich()
#--
{"b": 1, "a": [1] * 30, "long": "x" * 100}, np.arange(2000), np.eye(2), lambda: 0
#--
import json; json.dumps({'a': float('nan')}), 'ö\u2028', float('nan')
#--
print("x" * 200_000)
#--
print(open('data.csv').read())
#--
del x
x
#--
%matplotlib inline
import matplotlib.pyplot as plt
fig, ax = plt.subplots(figsize=(2, 1)); ax.plot([1, 2, 3]); plt.show()
#--
plt.figure(figsize=(1, 1)); plt.plot([3, 1, 2])
#--
fig
#--
from ipywidgets import IntSlider
IntSlider(value=3).value

#--
match 3:
    case 3: print("three")
#--

#--
# only a comment
""".strip("\n").split("\n#--\n")
