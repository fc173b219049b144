"""Run proctor, and kill it with signal 9 when it reaches the n-th line of its recording.

python kill_at_line.py N proctor's arguments
"""

import os
import signal
import sys
from types import FrameType
from typing import Any

from proctor import cli

FILES = tuple(f"proctor/{name}.py" for name in ("record", "run", "state", "course"))

left = int(sys.argv[1])


def trace(frame: FrameType, event: str, _: Any) -> Any:
    global left
    if not frame.f_code.co_filename.endswith(FILES):
        return None
    if event == "line":
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
    return trace


sys.settrace(trace)
status = cli.main(sys.argv[2:])
sys.settrace(None)
print(f"lines: {int(sys.argv[1]) - left}")
sys.exit(status)
