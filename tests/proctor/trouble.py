"""Run proctor on a course while something is wrong with the disk or the gradebook; then again without that.

    python trouble.py COURSE TROUBLE …      prints what was said and what was left, as JSON

A process of its own, since it mounts small and read-only file systems that nobody else is to see.
"""

import contextlib
import io
import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from proctor import autograde, cli, syscalls

COMMAND = ("autograde", "ps1", "--jobs", "2")
Trouble = Callable[[Path], contextlib.AbstractContextManager[None]]


def main() -> None:
    private_mounts()
    print(json.dumps({name: tell(Path(sys.argv[1]), name) for name in sys.argv[2:]}))


def tell(handed_in: Path, name: str) -> dict[str, Any]:
    course = handed_in.with_name("course-" + "".join(filter(str.isalnum, name)))
    shutil.copytree(handed_in, course)
    before = graded_folders(course)
    with TROUBLES[name](course):
        status, said = run(course)
        during = graded_folders(course)
    again, said_again = run(course)
    after = graded_folders(course)
    whole = all(during[student] in (before.get(student), after[student]) for student in during)
    shutil.copy(
        course / "gradebook.db", handed_in.with_name(f"{name}.db")
    )  # the disk may go with this process
    return {"status": status, "said": said, "whole": whole, "again": again, "said again": said_again}


def run(course: Path) -> tuple[int, str]:
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
        status = cli.main([*COMMAND, "--course", str(course)])
    os.chdir("/")
    return status, said.getvalue()


def graded_folders(course: Path) -> dict[str, dict[str, str]]:
    return {
        folder.name: {path.name: path.read_text() for path in sorted((folder / "ps1").iterdir())}
        for folder in sorted((course / "autograded").glob("[!.]*"))
    }


def private_mounts() -> None:
    user, group = os.geteuid(), os.getegid()
    if user != 0:
        syscalls.unshare(syscalls.NEW_USERS)
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    syscalls.unshare(syscalls.NEW_MOUNTS)
    syscalls.mount(None, "/", None, syscalls.PRIVATE | syscalls.RECURSIVE)


def full(left: int) -> Trouble:
    """The whole course on a disk that has so many KiB left."""

    @contextlib.contextmanager
    def trouble(course: Path) -> Iterator[None]:
        copy = course.with_name(f"{course.name}-copy")
        shutil.copytree(course, copy)
        syscalls.mount("tmpfs", str(course), "tmpfs", 0, "size=64m")
        shutil.copytree(copy, course, dirs_exist_ok=True)
        os.chdir("/")
        free = os.statvfs(course).f_bavail * os.statvfs(course).f_frsize
        (course / "fill").write_bytes(bytes(free - (left << 10)))
        yield
        (course / "fill").unlink()

    return trouble


def read_only(place: str) -> Trouble:
    @contextlib.contextmanager
    def trouble(course: Path) -> Iterator[None]:
        path = str(course / place)
        syscalls.mount(path, path, None, syscalls.BIND | syscalls.RECURSIVE)
        syscalls.mount(None, path, None, syscalls.REMOUNT | syscalls.BIND | syscalls.READ_ONLY)
        yield
        syscalls.unmount(path)

    return trouble


@contextlib.contextmanager
def locked(course: Path) -> Iterator[None]:
    other = sqlite3.connect(course / "gradebook.db")
    other.execute("begin exclusive")
    yield
    other.close()


def instead(change: Callable[[Path], object]) -> Trouble:
    """Something else stands in the place of the gradebook."""

    @contextlib.contextmanager
    def trouble(course: Path) -> Iterator[None]:
        book, away = course / "gradebook.db", course / "away"
        shutil.copy(book, away)
        change(book)
        yield
        away.rename(book)

    return trouble


def older(book: Path) -> None:
    with contextlib.closing(sqlite3.connect(book)) as connection:
        connection.execute("alter table source_cell rename column checksum to no_checksum")


@contextlib.contextmanager
def vanishing(course: Path) -> Iterator[None]:
    """A submission is there when the run is planned, and gone when its turn comes."""
    folder, away = course / "submitted" / "bob" / "ps1", course / "away"
    original = autograde.run.run

    def run_later(*arguments: Any) -> Any:
        folder.rename(away)
        return original(*arguments)

    autograde.run.run = run_later
    yield
    autograde.run.run = original
    away.rename(folder)


TROUBLES: dict[str, Trouble] = {
    **{f"full but for {left} KiB": full(left) for left in (0, 24, 64)},
    "read-only course": read_only("."),
    "read-only autograded": read_only("autograded"),
    "read-only gradebook": read_only("gradebook.db"),
    "read-only state": read_only(".proctor"),
    "locked gradebook": locked,
    "missing gradebook": instead(lambda book: book.unlink()),
    "corrupt gradebook": instead(lambda book: book.write_bytes(b"no gradebook " * 1000)),
    "damaged gradebook": instead(lambda book: book.write_bytes(book.read_bytes()[:20_000])),
    "older gradebook": instead(older),
    "vanishing submission": vanishing,
}

if __name__ == "__main__":
    main()
