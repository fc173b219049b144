"""A PostgreSQL server for the tests: its data and its socket lie in a temporary folder."""

import getpass
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg
import pytest

MISSING = """\
No PostgreSQL server: `initdb` is neither on the PATH nor in /usr/lib/postgresql/*/bin.
Install it (on Debian and Ubuntu: apt install postgresql) and run the tests again."""


class Server:
    def __init__(self) -> None:
        self.programs = programs()
        self.folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
        # The server refuses to run as root.
        self.user = "postgres" if os.geteuid() == 0 else getpass.getuser()
        if os.geteuid() == 0:
            account = pwd.getpwnam(self.user)
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        self.data = self.folder / "data"
        self._run("initdb", "--auth=trust", "--username=grader", "--encoding=UTF8", "--no-sync", self.data)
        self.start()

    def start(self) -> None:
        settings = f"-k {self.folder} -c listen_addresses='' -c fsync=off"
        self._run("pg_ctl", "start", "--wait", "-D", self.data, "-l", self.folder / "log", "-o", settings)

    def crash(self) -> None:
        """All connections break, and nothing is tidied up."""
        self._run("pg_ctl", "stop", "--mode=immediate", "-D", self.data)

    def close(self) -> None:
        self.crash()
        shutil.rmtree(self.folder)

    def database(self, name: str, template: str = "template1") -> str:
        """A new one; its address, as nbgrader wants it."""
        with self.connect("postgres") as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return f"postgresql+psycopg://grader@/{name}?host={self.folder}"

    def connect(self, name: str) -> psycopg.Connection:
        return psycopg.connect(dbname=name, user="grader", host=str(self.folder), autocommit=True)

    def _run(self, program: str, *arguments: str | Path) -> None:
        subprocess.run(
            [self.programs / program, *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
            **({"user": self.user, "group": self.user, "extra_groups": []} if os.geteuid() == 0 else {}),
        )


def programs() -> Path:
    """The newest server's."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    if not folders or not (folders[-1] / "initdb").exists():
        pytest.fail(MISSING)
    return folders[-1]
