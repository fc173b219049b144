"""The worker's side of a Dask cluster: these functions run in a worker's process. No student code does.

Each worker has one zygote for each course, kept between jobs. Jobs come, and outcomes go, as JSON: what a
student wrote is never part of a pickle other than as text or bytes.
"""

import asyncio
import functools
import json
import os
import queue
import sys
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

import nbformat
from distributed import Worker, get_worker
from distributed.diagnostics.plugin import WorkerPlugin

from . import environment, trial
from .controls import Blank
from .course import digest
from .isolation import Level
from .job import Executed, Job, Outcome, Site
from .launcher import Zygote
from .limits import Limits
from .slots import Slots
from .supervisor import Supervisor


@functools.cache
def introduction() -> dict[str, Any]:
    """What this machine has, and which walls it gives: those are tried out, once a process."""
    level, tried = trial.choose()
    held = tried[level.name] if level.sufficient else next(iter(tried.values()))
    return {
        "environment": installed(),
        "level": asdict(level),
        "failed": [name for name, result in held.items() if not result],
    }


def installed() -> dict[str, Any]:
    sources = sorted(Path(__file__).parent.glob("*.py"))
    return {
        "Python": sys.version.split()[0],
        "nbgrader": version("nbgrader"),
        "proctor": digest(*(path.read_bytes() for path in sources)),
        "packages": environment.packages(),
    }


async def introduce() -> str:
    return json.dumps(await asyncio.to_thread(introduction))


class Station(WorkerPlugin):
    """A worker's zygote for one course; Dask tears it down with the worker."""

    def __init__(self, site: Site):
        self.site = site
        self.slots = Slots()
        self.supervisors: queue.SimpleQueue[Supervisor] = queue.SimpleQueue()
        self.zygote: Zygote | None = None

    async def setup(self, worker: Worker) -> None:
        # The worker's own folder may hold results that did not fit into memory.
        self.site = replace(self.site, hidden=(*self.site.hidden, os.path.abspath(worker.local_directory)))
        self.zygote = Zygote(self.site)
        for _ in range(worker.state.nthreads):
            self.supervisors.put(Supervisor(self.zygote, self.slots.claim()))
        await asyncio.to_thread(self.zygote.start)

    def grade(self, job: Job) -> Outcome:
        supervisor = self.supervisors.get()
        try:
            return supervisor.grade(job)
        except Exception as error:  # one submission never stops the others
            return Outcome(job.key, job.student, failure=f"{type(error).__name__}: {error}")
        finally:
            self.supervisors.put(supervisor)

    async def teardown(self, worker: Worker) -> None:
        if self.zygote:
            await asyncio.to_thread(self.zygote.close)
        self.slots.release()


async def open_station(name: str, site: str, variables: dict[str, str], dask_worker: Worker) -> None:
    """A station of this name that is already there is torn down first."""
    os.environ.update(variables)
    level = Level(**introduction()["level"])  # the best that this worker gives
    await dask_worker.plugin_add(Station(read_site(site, level)), name=name, catch_errors=False)


async def close_station(name: str, dask_worker: Worker) -> None:
    if name in dask_worker.plugins:
        await dask_worker.plugin_remove(name=name)


def grade(name: str, job: str, files: dict[str, bytes]) -> bytes:
    """Run a submission's notebooks, in children of this worker's zygote. No bytes: it has no station."""
    station = cast(Station | None, get_worker().plugins.get(name))
    try:
        return write_outcome(station.grade(read_job(job, files))) if station else b""
    except Exception as error:  # which would travel as a pickle
        return json.dumps({"error": f"{type(error).__name__}: {error}"}).encode()


# --- What crosses the network, as text


def write_site(site: Site) -> str:
    return json.dumps(asdict(site))


def read_site(text: str, level: Level) -> Site:
    said = json.loads(text)
    lists = {name: tuple(said[name]) for name in ("hidden", "modules")}
    return Site(**(said | lists | {"level": level, "limits": Limits(**said["limits"])}))


def write_job(job: Job) -> str:
    """All but the files, which go beside it."""
    return json.dumps(asdict(replace(job, files={})))


def read_job(text: str, files: dict[str, bytes]) -> Job:
    said = json.loads(text)
    notebooks = {name: nbformat.from_dict(notebook) for name, notebook in said["notebooks"].items()}
    blanks = {name: Blank(**blank) for name, blank in said["blanks"].items()}
    return Job(**(said | {"notebooks": notebooks, "blanks": blanks, "files": files}))


def write_outcome(outcome: Outcome) -> bytes:
    return json.dumps(asdict(outcome)).encode()


def read_outcome(data: bytes, job: Job) -> Outcome:
    """ValueError if it is not an outcome of this job."""
    said = json.loads(data)
    if "error" in said:
        raise ValueError(said["error"])
    try:
        notebooks = {name: _read_executed(job, name, done) for name, done in said.pop("notebooks").items()}
        outcome = Outcome(**said, notebooks=notebooks)
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"no outcome: {type(error).__name__}: {error}") from None
    plain = (outcome.key, outcome.student) == (job.key, job.student) and all(
        isinstance(text, str) for text in (outcome.failure, outcome.isolation)
    )
    if not plain or not (outcome.failure or notebooks.keys() == job.notebooks.keys()):
        raise ValueError("the outcome of another job")
    return outcome


def _read_executed(job: Job, name: str, said: dict[str, Any]) -> Executed:
    executed = Executed(**(said | {"notebook": nbformat.from_dict(said["notebook"])}))
    sent, came = (
        [_but_outputs(cell) for cell in nb.cells] for nb in (job.notebooks[name], executed.notebook)
    )
    plain = all(isinstance(flag, str) for flag in [executed.trouble, *executed.flags])
    numbers = all(
        isinstance(value, int | float) for value in (executed.seconds, executed.cpu, executed.memory)
    )
    told = all(isinstance(test, dict) for test in [executed.survey, *executed.survey.values()])
    if sent != came or not plain or not numbers or not told:
        raise ValueError(f"{name} came back as another notebook")
    return executed


def _but_outputs(cell: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in cell.items() if name not in ("outputs", "execution_count")}
