"""`proctor doctor`: which walls hold on this machine, each tried out."""

import argparse
import json

from . import isolation, trial
from .isolation import Level


def doctor(options: argparse.Namespace) -> int:
    results = {level.name: (level, trial.attempt(level)) for level in isolation.ladder()}
    chosen = next((level for level, held in results.values() if _good(level, held)), None)
    if options.json:
        rows = {name: held for name, (_, held) in results.items()}
        print(json.dumps({"level": chosen.name if chosen else None, "tried": rows}, indent=1))
    else:
        for name, (level, held) in results.items():
            print(f"{name}: {_verdict(level, held)}")
            for attempt, failed in held.items():
                print(f"   {'held ' if failed else 'BROKEN'}  {attempt}")
        print(f"Notebooks run under: {chosen.name}" if chosen else ADVICE)
    return 0 if chosen else 1


ADVICE = """\
No level holds: `proctor autograde` will refuse to run, unless told --unsafe. What helps:
  in Docker:      docker run --security-opt seccomp=unconfined --cap-add SYS_ADMIN, or Landlock
  on Ubuntu:      sysctl kernel.apparmor_restrict_unprivileged_userns=0 allows user namespaces
  elsewhere:      Linux 5.13 or newer has Landlock; 3.8 or newer has user namespaces"""


def _good(level: Level, held: dict[str, bool]) -> bool:
    return level.sufficient and all(held.get(name) for name in trial.REQUIRED)


def _verdict(level: Level, held: dict[str, bool]) -> str:
    if _good(level, held):
        return "holds"
    return "not enough" if level.sufficient else "no isolation: only with --unsafe"
