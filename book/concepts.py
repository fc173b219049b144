"""Print which cells of an assignment grade which concept: curriculum.yml, for `proctor report --concepts`.

python book/concepts.py perceptron > concepts.yml
"""

import argparse
from pathlib import Path

import yaml

BOOK = Path(__file__).resolve().parent


def concepts(assignment: str) -> dict[str, list[str]]:
    chapters = yaml.safe_load((BOOK / "curriculum.yml").read_text(encoding="utf-8"))
    inventory = yaml.safe_load((BOOK / "inventory.yml").read_text(encoding="utf-8"))
    titles = {name: row["title"] for rows in inventory.values() for name, row in rows.items()}
    return {
        f"{taught['id']}: {titles[taught['id']]}": taught["graded"]
        for chapter in chapters.values()
        if chapter.get("assignment") == assignment
        for taught in chapter["teaches"]
        if taught["graded"]
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("assignment", help="as a chapter of curriculum.yml names it")
    asked = parser.parse_args().assignment
    if not (found := concepts(asked)):
        parser.error(f"no chapter of curriculum.yml has the assignment {asked!r}")
    print(yaml.safe_dump(found, sort_keys=False, allow_unicode=True, width=1000), end="")
