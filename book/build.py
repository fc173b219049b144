"""Build the site: execute what changed, in parallel; then let Sphinx draw the pages, warnings as errors.

python book/build.py            (or `make book`)
"""

import hashlib
import logging
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "_build"
CACHE = BUILD / ".jupyter_cache"
DOCTREES = BUILD / ".doctrees"
HTML = BUILD / "html"

# What the executed chapters, the way pages are made, and the whole site depend on.
CODE = ("src/layerwise/**/*.py", "requirements.txt", "benchmarks/results/*.json")
# Sphinx copies a changed style sheet only when it draws a page.
MACHINERY = ("_config.yml", "book/_ext/*", "book/_static/**/*", "book/_toc.yml", "package-lock.json")
EVERYTHING = (*CODE, *MACHINERY, "book/**/*", "exercises/**/*.ipynb", "solutions/**/*.ipynb")


def fingerprint(*patterns: str) -> str:
    """A hash of the files that match: what was made from them is stale when it changes."""
    digest = hashlib.sha256()
    paths = {path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file()}
    for path in sorted(path for path in paths if "__pycache__" not in path.parts):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()


def drop_if_stale(folder: Path, *patterns: str) -> bool:
    """Delete `folder` if any of the files behind it changed since the last build."""
    mark = BUILD / f"{folder.name}.sha256"
    now = fingerprint(*patterns)
    stale = not mark.exists() or mark.read_text() != now
    if stale:
        shutil.rmtree(folder, ignore_errors=True)
        BUILD.mkdir(exist_ok=True)
        mark.write_text(now)
    return stale


def chapters() -> list[Path]:
    """The pages of the table of contents that hold code to run."""
    toc = yaml.safe_load((ROOT / "book" / "_toc.yml").read_text())
    names = [toc["root"]] + [c["file"] for part in toc["parts"] for c in part["chapters"]]
    paths = [ROOT / "book" / f"{name}.md" for name in names]
    return [p for p in paths if "kernelspec:" in p.read_text().split("\n---", 1)[0]]


def execute() -> None:
    """Fill the cache, one process a core. A chapter that fails is run again, and reported, by Sphinx."""
    # Imported here: it takes seconds, which a build with nothing to do need not wait for.
    from jupyter_cache import get_cache
    from jupyter_cache.executors import load_executor

    cache = get_cache(CACHE)
    for path in chapters():
        cache.add_nb_to_project(str(path), read_data={"name": "myst_nb_md", "type": "plugin"})
    waiting = cache.list_unexecuted()
    print(f"== Chapters: {len(waiting)} to execute, {len(chapters()) - len(waiting)} unchanged", flush=True)
    if waiting:
        logging.basicConfig(format="   %(message)s")
        logger = logging.getLogger("execute")
        logger.setLevel(logging.INFO)
        executor = load_executor("local-parallel", cache, logger=logger)
        executor.run_and_cache(filter_uris=[nb.uri for nb in waiting], timeout=300, allow_errors=False)


def draw() -> int:
    """Run Jupyter Book. -W: a warning is an error; -n: so is a reference to nowhere."""
    print("== Pages", flush=True)
    command = ["jupyter-book", "build", "book/", "-W", "-n", "--keep-going", "--quiet"]
    status = subprocess.run(command, cwd=ROOT, check=False).returncode
    if status:
        # Sphinx does not repeat the warnings of pages it kept: without this the next build would pass.
        shutil.rmtree(DOCTREES, ignore_errors=True)
    return status


def main() -> int:
    start = time.perf_counter()
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", JUPYTERCACHE=str(CACHE))
    built = BUILD / "html.sha256"
    before = fingerprint(*EVERYTHING)
    if built.exists() and built.read_text() == before and (HTML / "index.html").exists():
        print(f"Nothing has changed since the last build: {HTML / 'index.html'}\nLook at it with: make serve")
        return 0
    built.unlink(missing_ok=True)
    if drop_if_stale(CACHE, *CODE):
        shutil.rmtree(DOCTREES, ignore_errors=True)
    if drop_if_stale(DOCTREES, *MACHINERY):
        shutil.rmtree(HTML, ignore_errors=True)  # with the pages that are no more
    execute()
    status = draw()
    if status:
        print("The book was not built: see the warnings above, each with its file and line.", file=sys.stderr)
        return status
    built.write_text(before)
    seconds = time.perf_counter() - start
    print(f"\nBuilt in {seconds:.0f} s: {HTML / 'index.html'}\nLook at it with: make serve")
    return 0


if __name__ == "__main__":
    sys.exit(main())
