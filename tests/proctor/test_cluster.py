"""Grading on a Dask cluster: a real scheduler and workers, as processes of their own on this machine."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from proctor import cli, isolation, job, station
from proctor.limits import Limits

from . import school
from .processes import descendants, until, wait_for_end

COMMAND = ("autograde", "ps1", "--scheduler")
WHO = "import sys\nprint('proctor.zygote' in sys.orig_argv, 'distributed' in sys.modules)\n"
SLOW = "import time\ntime.sleep(0.5)\n"  # so that a notebook can be seen running
STUDENTS = {
    "ada": school.RIGHT | {"double": SLOW + school.RIGHT["double"]},
    "bob": school.WRONG | {"double": SLOW + school.WRONG["double"]},
    "cyd": school.RIGHT | {"double": SLOW + school.RIGHT["double"], "mean": school.WRONG["mean"]},
    "dee": {"double": SLOW},
    "eve": {"double": WHO + SLOW + school.RIGHT["double"]},
    "fay": school.RIGHT | {"double": SLOW + "def double(x):\n    exit()"},
}
# A worker without walls, which dies when it is given eve's submission.
BARE = """\
import os
import signal
from proctor import station, trial
from proctor.isolation import Level

trial.choose = lambda: (Level("none", own_user=False, filtered=False), {"namespaces": {"mount": False}})


class Killed(station.Station):
    def grade(self, job):
        if job.student == "eve":
            os.kill(os.getpid(), signal.SIGKILL)
        return super().grade(job)


if station.Station.__name__ == "Station":  # Dask may import this twice
    station.Station = Killed
"""


class Dask:
    """A scheduler and its workers, started from an empty folder, and killed at the end."""

    def __init__(self, folder: Path, protocol: str = "tcp", **settings: str):
        self.folder, self.settings = folder, settings
        self.processes: list[subprocess.Popen[bytes]] = []
        about = folder / "scheduler.json"
        where = ("--protocol", protocol, "--host", "127.0.0.1", "--port", "0")
        self._start("scheduler", *where, "--scheduler-file", str(about))
        until(about.exists, "the scheduler")
        self.address: str = json.loads(about.read_text())["address"]

    def worker(self, name: str, *options: str, **settings: str) -> None:
        fixed = ("--nthreads", "1", "--name", name, "--local-directory", str(self.folder / name))
        self._start("worker", self.address, *fixed, *options, **settings)

    def wait_for(self, workers: int, **certificate: str) -> None:
        from distributed import Client, Security

        security = Security(**certificate) if certificate else None
        with Client(self.address, security=security, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=300)

    def _start(self, *command: str, **settings: str) -> None:
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [Path(sys.executable).parent / "dask", *command, "--no-dashboard"],
                cwd=self.folder,
                env=os.environ | self.settings | settings,
                stdout=log,
                stderr=log,
            )
        self.processes.append(process)

    def close(self) -> None:
        for pid in [pid for process in self.processes for pid in (process.pid, *descendants(process.pid))]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for process in self.processes:
            process.wait()


@pytest.fixture(scope="module")
def handed_in(empty_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    course = school.copy(empty_course, tmp_path_factory.mktemp("cluster") / "course")
    for name, answers in STUDENTS.items():
        school.hand_in(course, name, school.answered(course, answers))
    (course / "submitted" / "bob" / "ps1" / "timestamp.txt").write_text("2030-01-01 10:00:00 UTC")
    (course / "submitted" / "ada" / "ps1" / "own.bin").write_bytes(bytes(range(256)))
    return course


@pytest.fixture(scope="module")
def local(handed_in: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same class, graded on this machine."""
    course = school.copy(handed_in, tmp_path_factory.mktemp("local") / "course")
    assert school.proctor(course, "autograde", "ps1").returncode == 0
    return course


@pytest.fixture
def course(handed_in: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return school.copy(handed_in, tmp_path / "course")


@pytest.fixture(scope="module")
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dask]:
    """Two good workers, and one with another package installed."""
    folder = tmp_path_factory.mktemp("dask")
    (folder / "site-packages" / "other-1.0.dist-info").mkdir(parents=True)
    path = os.pathsep.join([os.environ.get("PYTHONPATH", ""), str(folder / "site-packages")])
    dask = Dask(folder)
    try:
        for name in ("first", "second"):
            dask.worker(name, "--no-nanny")
        dask.worker("poor", "--no-nanny", PYTHONPATH=path.strip(os.pathsep))
        dask.wait_for(3)
        yield dask
    finally:
        dask.close()


def records(course: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text()) for path in (course / ".proctor" / "ps1").glob("*.json")]


def check_equal(course: Path, expected: Path) -> None:
    assert school.whole_book(course) == school.whole_book(expected)
    for student in STUDENTS:
        ours, theirs = (
            nbformat.read(c / "autograded" / student / "ps1" / "p1.ipynb", as_version=4)
            for c in (course, expected)
        )
        assert ours == theirs, student
    assert {row["isolation"] for row in records(course)} == {row["isolation"] for row in records(expected)}


def test_same_grades(course: Path, local: Path, dask: Dask, capsys: pytest.CaptureFixture[str]) -> None:
    """As on this machine; no worker has run student code; a worker with other packages is not used."""
    assert cli.main([*COMMAND, dask.address, "--course", str(course)]) == 0
    told = capsys.readouterr()
    assert "it has another environment: with other-1.0.dist-info" in told.err
    assert told.err.count("not used") == 1
    check_equal(course, local)
    notebook = nbformat.read(course / "autograded" / "eve" / "ps1" / "p1.ipynb", as_version=4)
    said = [cell.outputs[0].text for cell in notebook.cells if cell.source.startswith(WHO)]
    assert said == ["True False\n"], "it ran in a process of the zygote's, which is no worker"
    assert cli.main([*COMMAND, dask.address, "--course", str(course)]) == 0
    assert "0 of 6 submissions to grade" in capsys.readouterr().out
    for process in dask.processes:
        until(lambda pid=process.pid: not list(descendants(pid)), "the worker's children to end")


def test_control_c(course: Path, dask: Dask) -> None:
    """What runs on the workers is stopped."""
    endless = school.answered(course, {"double": "while True:\n    pass"})
    school.hand_in(course, "ada", endless)
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "proctor.cli",
            *COMMAND,
            dask.address,
            "--student",
            "ada",
            "--timeout",
            "1000",
        ],
        cwd=course,
        stderr=subprocess.PIPE,
        text=True,
    )
    until(lambda: any(len(list(descendants(p.pid))) > 2 for p in dask.processes), "the endless cell")
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=300)
    assert process.returncode == 130, err
    assert "run the same command again" in err
    for worker in dask.processes:
        until(lambda pid=worker.pid: not list(descendants(pid)), "the worker's children to end")


def test_a_worker_is_killed(course: Path, local: Path, dask: Dask) -> None:
    """Its jobs are run by the other, and nothing of it runs on."""
    second = dask.processes[2].pid
    process = subprocess.Popen(
        [sys.executable, "-m", "proctor.cli", *COMMAND, dask.address],
        cwd=course,
        stdout=subprocess.PIPE,
        text=True,
    )
    family: list[int] = []

    def at_work() -> bool:
        family[:] = descendants(second)
        return len(family) > 2  # a zygote, a guard and a notebook's process

    until(at_work, "the second worker to run a notebook")
    os.kill(second, signal.SIGKILL)
    out, _ = process.communicate(timeout=300)
    assert process.returncode == 0, out
    assert "graded 6, done before 0, without a grade 0" in out
    check_equal(course, local)
    wait_for_end(family)


def test_a_poor_worker_and_a_killer(course: Path, local: Path, tmp_path: Path) -> None:
    """Without walls: only with --unsafe, and the records say so. What kills every worker fails alone."""
    (tmp_path / "bare.py").write_text(BARE)
    dask = Dask(tmp_path, DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0")
    try:
        dask.worker("bare", "--preload", str(tmp_path / "bare.py"))
        dask.wait_for(1)
        refused = school.proctor(course, *COMMAND, dask.address)
        assert refused.returncode == 2
        assert "too little isolation (the best fails at: mount)" in refused.stderr
        assert not records(course)
        done = school.proctor(course, *COMMAND, dask.address, "--unsafe", "--json")
        assert done.returncode == 1, done.stderr
        told = json.loads(done.stdout)
        assert [(row["student"], row["failure"]) for row in told["failed"]] == [
            ("eve", "each worker that ran it was lost")
        ]
    finally:
        dask.close()
    assert {row["isolation"] for row in records(course) if row["student"] != "eve"} == {"none"}
    nothing = dict.fromkeys(school.POINTS)
    assert school.grades(course) == school.grades(local) | {"eve": nothing}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """One for all roles, signed by itself; and its key."""
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = str(folder / "certificate.pem"), str(folder / "key.pem")
    made = ("-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-subj", "/CN=127.0.0.1")
    subprocess.run(["openssl", "req", "-x509", *made], check=True, capture_output=True)
    return certificate, key


def test_tls(course: Path, local: Path, tmp_path: Path, certificate: tuple[str, str]) -> None:
    """As the manual sets it up: with the certificate the same grades, without it no connection."""
    cert, key = certificate
    tls = "DASK_DISTRIBUTED__COMM__TLS__"
    settings = {"DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION": "true", f"{tls}CA_FILE": cert}
    for role in ("SCHEDULER", "WORKER", "CLIENT"):
        settings |= {f"{tls}{role}__CERT": cert, f"{tls}{role}__KEY": key}
    dask = Dask(tmp_path, "tls", **settings)
    try:
        assert dask.address.startswith("tls://")
        dask.worker("only")
        dask.wait_for(1, tls_ca_file=cert, tls_client_cert=cert, tls_client_key=key)
        refused = school.proctor(course, *COMMAND, dask.address)
        assert refused.returncode == 2
        assert f"no Dask scheduler answers at {dask.address}" in refused.stderr
        done = school.proctor(course, *COMMAND, dask.address, **settings)
        assert done.returncode == 0, done.stdout + done.stderr
    finally:
        dask.close()
    check_equal(course, local)


def test_no_scheduler(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([*COMMAND, "tcp://127.0.0.1:1", "--course", str(course)]) == 2
    assert "no Dask scheduler answers at tcp://127.0.0.1:1" in capsys.readouterr().err


@pytest.fixture
def a_job(empty_course: Path) -> job.Job:
    return job.Job("key", "ada", "/graded/ada/ps1", {"p1": school.answered(empty_course, {})}, {"a": b"\0"})


def test_what_crosses_the_network(a_job: job.Job) -> None:
    level = isolation.Level("landlock", own_user=False, filtered=True)
    site = job.Site(level, ("/course",), "/graded", ("numpy",), Limits(), {"Execute": {"timeout": 5}})
    assert station.read_site(station.write_site(site), level) == site
    assert station.read_job(station.write_job(a_job), a_job.files) == a_job
    outcome = job.Outcome("key", "ada", {"p1": job.Executed(a_job.notebooks["p1"])}, isolation="landlock")
    assert station.read_outcome(station.write_outcome(outcome), a_job) == outcome


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said.update(student="bob"),
        lambda said: said.update(notebooks={}),
        lambda said: said.update(isolation=None),
        lambda said: said.update(more=1),
        lambda said: said.pop("key"),
        lambda said: said["notebooks"]["p1"]["notebook"]["cells"].pop(),
        lambda said: said["notebooks"]["p1"]["notebook"]["cells"][0].update(source="1"),
        lambda said: said["notebooks"]["p1"].update(flags=[[]]),
        lambda said: said["notebooks"]["p1"].update(seconds="1"),
        lambda said: said["notebooks"].update(p2=said["notebooks"]["p1"]),
        lambda said: said.update(notebooks=[1]),
    ],
)
def test_what_is_no_outcome(change: Any, a_job: job.Job) -> None:
    outcome = job.Outcome("key", "ada", {"p1": job.Executed(a_job.notebooks["p1"])})
    said = json.loads(station.write_outcome(outcome))
    change(said)
    with pytest.raises(ValueError, match=r"outcome|another notebook"):
        station.read_outcome(json.dumps(said).encode(), a_job)
