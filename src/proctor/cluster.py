"""Jobs run by the workers of a Dask cluster: `proctor autograde ps1 --scheduler ADDRESS`.

Workers need neither the course nor the gradebook: a job holds all that it takes. Who may talk to a Dask
scheduler may run code on all its workers and, by answering, on this machine: the network must be closed, or
TLS be on.
"""

import json
import logging
import os
import platform
import queue
import secrets
import sys
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import dask
from distributed import Client, KilledWorker

from . import environment, station
from .course import CourseError, digest
from .isolation import Level
from .job import Job, Outcome, Site

CONNECT = 10  # seconds
LOOK = 2  # seconds between looks at which workers have come and gone
PATIENCE = 60  # seconds without any worker: nannies start new ones
TRIES = 3  # of a job whose workers have all gone; each try has Dask's own retries
# What decides how numbers are added up and how times are written: on the workers as here.
VARIABLES = (*environment.THREADS, "TZ", "LANG", "LANGUAGE", "LC_ALL")


@dataclass
class Met:
    """A worker that has introduced itself."""

    threads: int
    level: Level | None = None
    refused: str = ""  # why it gets no jobs


@dataclass
class Sent:
    job: Job
    workers: list[str]  # that may run it
    future: Any
    tries: int
    alone: bool  # the workers have nothing else to do meanwhile


class Cluster:
    """A connection to a scheduler, and once it is opened for a site, an executor."""

    def __init__(self, address: str, unsafe: bool = False):
        # What Dask logs would be said twice, and across the progress bar.
        for logger in ("distributed", "distributed.client"):
            logging.getLogger(logger).setLevel(logging.CRITICAL)
        dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"})
        self.address, self.unsafe = address, unsafe
        self._met: dict[tuple[str, str], Met] = {}  # by address and by a folder that no two workers share
        self._least: Level | None = None  # what a worker must give
        self._here = station.installed()
        self._name = self._site = ""
        self._sent: dict[str, Sent] = {}
        self._suspects: list[Job] = []  # their workers were lost, again and again
        self._done: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._ready: list[Outcome] = []
        self._next_look = 0.0
        try:
            self._client = Client(address, timeout=CONNECT, set_as_default=False)
        except (OSError, ValueError, TypeError, RuntimeError) as error:
            raise CourseError(f"no Dask scheduler answers at {address}: {_first_line(error)}") from None

    def __enter__(self) -> "Cluster":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def level(self) -> Level:
        """What all workers give at least: jobs are planned with it. Each outcome says what it really got."""
        self._look()
        levels = [met.level for met in self._met.values() if met.level and not met.refused]
        if not levels:
            reasons = [f"{address}: {met.refused}" for (address, _), met in self._met.items()]
            raise CourseError(
                "\n  ".join([f"no worker of {self.address} can be used", *(reasons or ["it has none"])])
            )
        self._least = min(levels, key=_strength)
        return self._least

    def open(self, site: Site) -> "Cluster":
        try:
            self._site = station.write_site(site)
        except TypeError as error:
            raise CourseError(f"the settings of Execute cannot be sent to workers: {error}") from None
        self._name = f"proctor-{digest(platform.node(), *site.hidden)}"  # one station for each course
        self._open(self._workers())
        return self

    @property
    def room(self) -> int:
        """Two for each thread: no worker waits for its next job, and few are held in memory."""
        return 2 * sum(met.threads for met in self._met.values() if not met.refused) or 1

    def submit(self, job: Job) -> None:
        self._submit(job)

    def result(self) -> Outcome:
        while not self._ready:
            if not self._sent:
                self._submit(self._suspects.pop(0), alone=True)
            try:
                future = self._done.get(timeout=LOOK)
            except queue.Empty:
                pass
            else:
                if sent := self._sent.pop(str(future.key), None):  # else it was an earlier try
                    self._take(sent)
            if time.monotonic() > self._next_look:
                self._look()
                self._move_stranded()
        return self._ready.pop()

    def close(self) -> None:
        """What is running is not waited for: with its station's zygote go its children."""
        if self._client.status == "running":
            self._client.cancel([sent.future for sent in self._sent.values()], force=True)
            if self._name and (workers := self._fit()):
                self._client.run(station.close_station, self._name, workers=workers, on_error="ignore")
        self._name = ""
        self._sent.clear()
        self._client.close()

    # --- Jobs

    def _submit(self, job: Job, tries: int = 1, alone: bool = False) -> None:
        workers = self._workers()
        future = self._client.submit(
            station.grade,
            *(self._name, station.write_job(job), job.files),
            key=f"proctor-{secrets.token_hex(8)}",
            workers=workers,
            allow_other_workers=False,
            pure=False,
        )
        self._sent[str(future.key)] = Sent(job, workers, future, tries, alone)
        future.add_done_callback(self._done.put)

    def _take(self, sent: Sent) -> None:
        job = sent.job
        try:
            data = sent.future.result(timeout=PATIENCE)
            outcome = station.read_outcome(data, job) if data else None
        except KilledWorker:  # after as many tries as Dask's allowed-failures says
            self._again(sent, exhausted=True)
        except ValueError as error:
            self._fail(job, f"a worker sent back what is no result: {error}")
        except Exception as error:  # the result was lost with its worker
            self._check_connection()
            self._again(sent, reason=f": {type(error).__name__}: {error}")
        else:
            if outcome is None:  # the worker's process is a new one, without a station
                self._look()
                self._again(sent)
                return
            given = {met.level.name for met in self._met.values() if met.level and not met.refused}
            if outcome.notebooks and outcome.isolation not in given:
                self._fail(job, f"it was run under {outcome.isolation!r}, which no worker had promised")
            else:
                self._ready.append(outcome)

    def _again(self, sent: Sent, exhausted: bool = False, reason: str = "") -> None:
        """Jobs beside a killer on its worker look like it. Alone on the cluster, only the killer fails."""
        if sent.tries < TRIES and not exhausted:
            self._submit(sent.job, sent.tries + 1, sent.alone)
        elif not sent.alone:
            self._suspects.append(sent.job)
        else:
            self._fail(sent.job, f"each worker that ran it was lost{reason}")

    def _fail(self, job: Job, why: str) -> None:
        self._ready.append(Outcome(job.key, job.student, failure=why))

    def _move_stranded(self) -> None:
        """Jobs whose workers have all gone are given to those that are there now."""
        for key, sent in list(self._sent.items()):
            if not set(sent.workers).intersection(self._fit()):
                del self._sent[key]
                sent.future.cancel()
                self._again(sent)

    # --- Workers

    def _fit(self) -> list[str]:
        return [address for (address, _), met in self._met.items() if not met.refused]

    def _workers(self) -> list[str]:
        """Those that may run jobs; waits for one if there is none."""
        deadline = time.monotonic() + PATIENCE
        while not self._fit():
            if time.monotonic() > deadline:
                raise CourseError(
                    f"the workers of {self.address} are gone. What was graded is recorded; run the same "
                    "command again when there are some"
                )
            time.sleep(LOOK)
            self._look()
        return self._fit()

    def _look(self) -> None:
        """Forget who has gone, and meet who has come."""
        self._check_connection()
        # Not scheduler_info(): the client renews that by itself, too, without the workers.
        assert self._client.scheduler
        there = self._client.sync(self._client.scheduler.identity)["workers"]
        workers = {(address, worker["local_directory"]): worker for address, worker in there.items()}
        self._met = {worker: met for worker, met in self._met.items() if worker in workers}
        if new := [worker for worker in workers if worker not in self._met]:
            addresses = [address for address, _ in new]
            said = self._client.run(station.introduce, workers=addresses, on_error="return")
            for worker in new:
                met = self._judge(said.get(worker[0]), workers[worker]["nthreads"])
                self._met[worker] = met
                if met.refused:
                    print(f"not used: worker {worker[0]}: {met.refused}", file=sys.stderr)
            if self._name and (fit := [address for address in addresses if address in self._fit()]):
                self._open(fit)
        self._next_look = time.monotonic() + LOOK

    def _judge(self, said: Any, threads: int) -> Met:
        if isinstance(said, ModuleNotFoundError):
            return Met(threads, refused=f"it lacks what is installed here: {said}")
        if not isinstance(said, str):
            return Met(threads, refused=f"it does not answer: {said}")
        known = json.loads(said)
        level = Level(**known["level"])
        if difference := _difference(known["environment"], self._here):
            return Met(threads, level, f"it has another environment: {difference}")
        if not level.sufficient and not self.unsafe:
            failed = ", ".join(known["failed"])
            return Met(threads, level, f"it gives too little isolation (the best fails at: {failed})")
        if self._least and _strength(level) < _strength(self._least):
            return Met(threads, level, f"it gives less isolation than was planned: {level.name}")
        return Met(threads, level)

    def _open(self, workers: list[str]) -> None:
        """On a worker where that fails, no job is run."""
        variables = {name: os.environ[name] for name in VARIABLES if name in os.environ}
        arguments = (self._name, self._site, variables)
        said = self._client.run(station.open_station, *arguments, workers=workers, on_error="return")
        for (address, _), met in self._met.items():
            if isinstance(said.get(address), Exception):
                met.refused = f"notebooks cannot be run there: {said[address]}"
                print(f"not used: worker {address}: {met.refused}", file=sys.stderr)

    def _check_connection(self) -> None:
        if self._client.status != "running":
            raise CourseError(
                f"the connection to the scheduler {self.address} is lost. What was graded is recorded; run "
                "the same command again"
            )


def _strength(level: Level) -> tuple[int, bool, bool]:
    return ("none", "landlock", "namespaces").index(level.walls), level.own_user, level.filtered


def _difference(there: dict[str, Any], here: dict[str, Any]) -> str:
    """What is not the same, in a few words."""
    found = [
        f"{name} {there[name]}, here {here[name]}"
        for name in ("Python", "nbgrader")
        if there[name] != here[name]
    ]
    if there["proctor"] != here["proctor"]:
        found.append("another version of proctor")
    more, less = (set(a["packages"]) - set(b["packages"]) for a, b in ((there, here), (here, there)))
    names = [*(f"with {name}" for name in sorted(more)), *(f"without {name}" for name in sorted(less))]
    found += [*names[:6], *([f"and {len(names) - 6} more"] if len(names) > 6 else [])]
    return ", ".join(found)


def _first_line(error: object) -> str:
    return str(error).strip().split("\n")[0]
