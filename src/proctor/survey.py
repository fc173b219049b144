"""What an assignment's blank notebooks score: run once, and kept until the assignment changes."""

import contextlib
import json
import os
from dataclasses import asdict
from typing import Any

from nbformat import NotebookNode

from .controls import Blank, blank
from .course import Course, digest
from .executors import Executor
from .job import Job
from .record import Recorder

Blanks = dict[str, Blank]


def released(course: Course, name: str) -> dict[str, bytes]:
    """The blank notebooks, as `nbgrader generate_assignment` has left them. None, if they lie elsewhere."""
    folder = course.path(course.directory.release_directory, ".", name)
    wanted = [folder / f"{notebook.name}.ipynb" for notebook in course.assignment(name).notebooks]
    return {path.stem: path.read_bytes() for path in wanted if path.is_file()}


def blanks(course: Course, name: str, parts: dict[str, str], recorder: Recorder, workers: Executor) -> Blanks:
    """By notebook. `parts` is what a job's key is made of."""
    notebooks = released(course, name)
    common = (f"{part} {value}" for part, value in sorted(parts.items()) if part not in OWN)
    key = digest(*common, *(text for item in sorted(notebooks.items()) for text in item))
    path = course.state / f"{name}.blank"
    with contextlib.suppress(OSError, ValueError, TypeError):
        known = json.loads(path.read_bytes())
        if known["key"] == key:
            return {notebook: Blank(**value) for notebook, value in known["notebooks"].items()}
    found = _run(recorder, notebooks, workers)
    new = path.with_suffix(".new")
    values: dict[str, Any] = {notebook: asdict(value) for notebook, value in found.items()}
    new.write_text(json.dumps({"key": key, "notebooks": values}), encoding="utf-8")
    os.replace(new, path)
    return found


OWN = ("submission", "extension")  # parts of a key that are a student's


def _run(recorder: Recorder, notebooks: dict[str, bytes], workers: Executor) -> Blanks:
    prepared: dict[str, NotebookNode] = {}
    for notebook, content in notebooks.items():
        with contextlib.suppress(Exception):  # not a notebook of this assignment: it has no controls
            prepared[notebook] = recorder.blank(notebook, content)
    if not prepared:
        return {}
    folder = recorder.graded_folder("blank")
    workers.submit(Job("blank", "", folder, prepared, recorder.course_files(), survey=True))
    outcome = workers.result()
    return {notebook: blank(prepared[notebook], done.survey) for notebook, done in outcome.notebooks.items()}
