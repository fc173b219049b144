"""What each attack of tests/proctor/hostile/ gets from plain nbgrader, and from proctor.

    python benchmarks/hostile.py                      all of them, into benchmarks/results/hostile.json
    python benchmarks/hostile.py --only forges        one family; what was measured before is kept

Each is graded alone, between two honest students, in a throw-away copy of a course. nbgrader has no walls of
its own, so walls are put around it: a process namespace, no network, a read-only system, a /tmp in memory, an
ordinary user, few processes. They stand for the machine, not for nbgrader: an attack that is stopped by them
alone would not be stopped on an instructor's computer. It takes root, and minutes.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.proctor import school
from tests.proctor.hostile import damages, exhausts, forges, persists, reads
from tests.proctor.hostile.attack import FULL, Attack, hand_in

ROOT = Path(__file__).resolve().parents[1]
FAMILIES = {"reads": reads, "forges": forges, "exhausts": exhausts, "persists": persists, "damages": damages}
RESULTS = ROOT / "benchmarks" / "results" / "hostile.json"
BEFORE, AFTER = "aaa-honest", "zzz-honest"
SECONDS = 240  # for one attack; a cell has 10
USER = "61100"
ENVIRONMENT = {"GRADER_PASSWORD": "42", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
WALLS = """
mount --make-rprivate /
findmnt -rno TARGET | grep -v ^/proc | while read place; do
  mount -o remount,bind,ro "$place" 2>/dev/null
done
mount -t tmpfs -o size=100m tmpfs /dev/shm
cp -a "$1" /dev/shm/course
mount -t tmpfs -o size=300m tmpfs /tmp
cp -a /dev/shm/course /tmp/course
rm -r /dev/shm/course; chmod 777 /dev/shm
case BASE in PRIVATE/*)  # an interpreter in a folder that others may not enter
  mkdir /tmp/base && mount --bind BASE /tmp/base && mount -t tmpfs tmpfs PRIVATE && chmod 755 PRIVATE
  mkdir -p BASE && mount --move /tmp/base BASE;;
esac
PYTHON -c 'from proctor.namespaces import _loopback; _loopback()'
chown -R USER:USER /tmp/course; chmod 777 /tmp; cd /tmp/course
export HOME=/tmp/home; mkdir -p $HOME; chown USER $HOME
prlimit --as=6000000000 --nproc=400 --core=0 setpriv --reuid=USER --regid=USER --clear-groups \\
  timeout -k 5 SECONDS PYTHON -m nbgrader autograde ps1 >/tmp/log 2>&1
echo $? > /tmp/course/status
tar -C /tmp/course -cf - gradebook.db status
"""


def plain(course: Path) -> dict[str, Any]:
    """Run nbgrader in its walls; what comes out of them are the gradebook and the exit status."""
    script = (
        WALLS.replace("USER", USER)
        .replace("SECONDS", str(SECONDS))
        .replace("PYTHON", sys.executable)
        .replace("BASE", sys.base_prefix)
        .replace("PRIVATE", str(Path.home()))
    )
    spaces = ("--mount", "--pid", "--net", "--ipc", "--fork", "--kill-child", "--mount-proc")
    path = f"{Path(sys.executable).parent}{os.pathsep}/usr/sbin:/usr/bin:/sbin:/bin"
    done = subprocess.run(
        ["unshare", *spaces, "sh", "-c", script, "sh", str(course)],
        capture_output=True,
        timeout=SECONDS + 60,
        env={"PATH": path, "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT / "src")} | ENVIRONMENT,
    )
    with tempfile.TemporaryDirectory() as out:
        subprocess.run(["tar", "-C", out, "-xf", "-"], input=done.stdout, check=True, capture_output=True)
        try:
            grades = school.grades(Path(out))
        except Exception as error:  # the gradebook itself was the target
            return {"broken": f"{type(error).__name__}: {error}"[:200]}
        return {"status": int(Path(out, "status").read_text()), "grades": grades}


def walled(course: Path) -> dict[str, Any]:
    done = school.proctor(
        course,
        *("autograde", "ps1", "--json", "--notebook-timeout", "60", "--jobs", "1", "--memory", "1024"),
        *("--processes", "20", "--disk", "64"),
        **ENVIRONMENT,
        PYTHONPATH=str(ROOT / "src"),
    )
    report = json.loads(done.stdout)
    rows = {row["student"]: row for row in [*report["graded"], *report["failed"]]}
    return {"status": done.returncode, "grades": school.grades(course), "rows": rows}


def points(grades: dict[str, dict[str, float | None]], student: str) -> float | None:
    found = [score for score in grades.get(student, {}).values() if score is not None]
    return sum(found) if found else None


def compare(empty: Path, attack: Attack) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        os.chmod(folder, 0o755)
        course = school.copy(empty, Path(folder) / "course")
        for name in (BEFORE, AFTER):
            school.hand_in(course, name, school.answered(course, school.RIGHT))
        hand_in(course, attack)
        honest = None if attack.scores == {} else sum(filter(None, (attack.scores or {}).values()))
        theirs = plain(course)
        ours = walled(course)
    row: dict[str, Any] = {"honest": honest}
    for name, result in (("nbgrader", theirs), ("proctor", ours)):
        if "broken" in result:
            row[name] = {"happened": f"the gradebook is broken: {result['broken']}", "points": None}
            continue
        others = [student for student in (BEFORE, AFTER) if result["grades"].get(student) != FULL]
        row[name] = {
            "points": points(result["grades"], attack.name),
            "others": others,
            "status": result["status"],
            "stopped": AFTER in others and result["status"] != 0,
        }
    said = ours["rows"].get(attack.name, {})
    row["proctor"] |= {name: said.get(name) for name in ("flags", "failure", "trouble", "notes")}
    return row


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=FAMILIES, action="append", help="a family; may be given again")
    parser.add_argument("--missing", action="store_true", help="only what has not been measured yet")
    options = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("hostile.py puts walls around nbgrader, which takes root")
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {"rows": {}}
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        empty = school.make_course(Path(folder) / "course")
        for family in options.only or FAMILIES:
            for attack in FAMILIES[family].ATTACKS:
                name = f"{family}-{attack.name}"
                if options.missing and name in known["rows"]:
                    continue
                row = compare(empty, attack)
                known["rows"][name] = row
                known["machine"] = {
                    "system": platform.platform(terse=True),
                    "python": platform.python_version(),
                    "nbgrader": metadata.version("nbgrader"),
                }
                RESULTS.write_text(json.dumps(known, indent=1) + "\n")
                print(
                    f"{name:50} nbgrader {row['nbgrader']['points']}  proctor {row['proctor']['points']}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
