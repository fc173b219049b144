"""Which interpreter a course's notebooks ask for. proctor runs them in its own, and in no other."""

import json
import os
import sys
from pathlib import Path

from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

from .course import Course, CourseError

OWN = ("python", "python3", f"python3.{sys.version_info.minor}")  # Jupyter takes them for its own interpreter


def check(course: Course, name: str) -> None:
    """Refuse what would run elsewhere under nbgrader: its packages, and so its grades, may be others."""
    chosen = course.settings_of("NotebookClient", "ExecutePreprocessor", "Execute")
    always = next((values["kernel_name"] for values in chosen.values() if values.get("kernel_name")), "")
    for notebook in course.assignment(name).notebooks:
        asked = json.loads(notebook.kernelspec or "{}") or {}
        language = asked.get("language") or "python"
        if language.lower() != "python":
            raise CourseError(f"{notebook.name} is written in {language}: grade it with plain nbgrader")
        kernel = always or asked.get("name") or "python3"
        if reason := _elsewhere(str(kernel)):
            raise CourseError(
                f"{notebook.name} asks for the kernel {kernel!r}, {reason}. proctor runs notebooks in its "
                f"own Python, {sys.executable}. Install and start proctor in that kernel's environment; or, "
                "if this Python has what the notebooks need, set in nbgrader_config.py: "
                'c.ExecutePreprocessor.kernel_name = "python3"'
            )


def _elsewhere(kernel: str) -> str:
    """Why this kernel is not the interpreter that proctor runs in; an empty text if it is."""
    if kernel in ("python", "python3") and kernel not in KernelSpecManager().find_kernel_specs():
        return ""
    try:
        command = KernelSpecManager().get_kernel_spec(kernel).argv
    except NoSuchKernel:
        return "which Jupyter does not know here (see `jupyter kernelspec list`)"
    if not any(part.startswith("ipykernel") for part in command):
        return f"which is not ipykernel ({' '.join(command[:3])})"
    if command[0] in OWN or _same(Path(command[0])):
        return ""
    return f"which is another interpreter ({command[0]})"


def _same(program: Path) -> bool:
    """Environments share the file that their `python` links to: it is its folder that tells them apart."""
    folder, own = program.parent, Path(sys.executable).parent
    return folder.exists() and os.path.samefile(folder, own) and program.name.startswith("python")
