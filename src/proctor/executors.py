"""Where jobs are run: by threads of this process, or by the workers of a Dask cluster (cluster.py).

A thread has little to do itself: the notebooks run in processes, forked from one zygote.
"""

import contextlib
import queue
import sys
import threading
from typing import Protocol

from .job import Job, Outcome, Site
from .launcher import Zygote
from .slots import Slots
from .supervisor import Supervisor

# Seconds. Two signals at once may both wake a thread that is not the main one; only that one acts on them.
LOOK_UP = 0.5
# Seconds. A thread that answers a notebook waits so long while the main one records another: Python's own
# value, ten times this, would leave cores idle.
TURN = 0.0005


class Executor(Protocol):
    @property
    def room(self) -> int:
        """How many jobs it is worth to give it at a time."""

    def submit(self, job: Job) -> None: ...
    def result(self) -> Outcome:
        """The next outcome, whichever job's it is."""

    def close(self) -> None: ...


class Local:
    def __init__(self, site: Site, jobs: int):
        self.room = jobs + 2
        self._todo: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        self._turn = sys.getswitchinterval()
        sys.setswitchinterval(TURN)
        self._slots = Slots()
        self._zygote = Zygote(site)
        self._threads = [
            threading.Thread(target=self._work, args=[self._slots.claim()], daemon=True) for _ in range(jobs)
        ]
        try:
            self._zygote.start()
        except BaseException:  # Ctrl-C too: it must not run on
            self._zygote.close()
            raise
        for thread in self._threads:
            thread.start()

    def submit(self, job: Job) -> None:
        self._todo.put(job)

    def result(self) -> Outcome:
        while True:
            with contextlib.suppress(queue.Empty):
                return self._done.get(timeout=LOOK_UP)

    def close(self) -> None:
        """What is running is not waited for: with the zygote go its children."""
        for _ in self._threads:
            self._todo.put(None)
        self._zygote.close()
        self._slots.release()
        sys.setswitchinterval(self._turn)

    def _work(self, slot: int) -> None:
        supervisor = Supervisor(self._zygote, slot)
        while job := self._todo.get():
            try:
                outcome = supervisor.grade(job)
            except Exception as error:  # one submission never stops the others
                outcome = Outcome(job.key, job.student, failure=f"{type(error).__name__}: {error}")
            self._done.put(outcome)
