"""Make what the manual shows of proctor, formgrader and the pages anew: `make manual-pictures`.

The demo course is graded in a temporary folder. What commands print is kept as text; of pages in a browser,
pictures are taken.
"""

import contextlib
import io
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from shutil import which

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
OUTPUT = ROOT / "book" / "teach" / "output"
PICTURES = ROOT / "book" / "_static" / "manual"
ASSIGNMENT = "perceptron"
PORT = 8877
COLORS = 64  # of a picture: pages have few
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def main() -> None:
    OUTPUT.mkdir(exist_ok=True)
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        course = Path(folder, "course-2026")
        python(ROOT, "tests/course/demo.py", str(course), "--no-grade")
        python(course, "-m", "nbgrader", "generate_assignment", ASSIGNMENT)
        keep("doctor", proctor(course, "doctor"), course)
        keep("autograde", proctor(course, "autograde", ASSIGNMENT, "--timeout", "10"), course)
        keep("status", proctor(course, "status", ASSIGNMENT), course)
        browser = playwright.chromium.launch(executable_path=which("chromium"), args=CHROMIUM)
        with jupyter(course):
            formgrader(browser)
        proctor(course, "feedback", ASSIGNMENT)
        pages(browser, course)
        browser.close()


def python(folder: Path, *command: str) -> str:
    """What a command prints, its notes after its output. Its progress bar is left out."""
    path = (
        f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # nbgrader looks there for alembic
    )
    environment = os.environ | {"PATH": path, "COLUMNS": "100"}
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if "Traceback" in done.stderr:
        sys.exit(done.stderr)
    notes = [line for line in done.stderr.split("\n") if line.startswith("note:")]
    return "\n".join([done.stdout.rstrip(), *notes])


def proctor(course: Path, *command: str) -> str:
    print(f"proctor {' '.join(command)}", flush=True)
    return f"$ proctor {' '.join(command)}\n" + python(course, "-m", "proctor.cli", *command)


def keep(name: str, text: str, course: Path) -> None:
    lines = text.replace(f"{course}/", "").split("\n")
    short = (line if len(line) <= 100 else f"{line[:99]}…" for line in lines)
    (OUTPUT / f"{name}.txt").write_text("\n".join(short).rstrip() + "\n", encoding="utf-8")


@contextlib.contextmanager
def jupyter(course: Path) -> Iterator[None]:
    """A Jupyter server with nbgrader's formgrader, on this machine alone."""
    extension = "nbgrader.server_extensions.formgrader"
    options = [
        "--no-browser",
        "--allow-root",
        f"--port={PORT}",
        "--IdentityProvider.token=",
        "--ip=127.0.0.1",
    ]
    command = [sys.executable, "-m", "jupyter", "server", *options]
    command.append(f"--ServerApp.jpserver_extensions={{'{extension}': True}}")
    log = (course.parent / "jupyter.log").open("w")
    server = subprocess.Popen(command, cwd=course, stdout=log, stderr=log)
    try:
        wait_for(f"http://127.0.0.1:{PORT}/api/status", server)
        yield
    finally:
        server.terminate()
        server.wait()
        log.close()


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    while server.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(address):
            return
        time.sleep(0.5)  # asked again until it answers
    sys.exit("the Jupyter server does not start")


def formgrader(browser: Browser) -> None:
    """Mark one written answer by hand."""
    page = browser.new_page(viewport={"width": 1100, "height": 640}, color_scheme="light")
    page.set_default_timeout(120_000)
    page.goto(f"http://127.0.0.1:{PORT}/formgrader/gradebook/{ASSIGNMENT}/{ASSIGNMENT}")
    page.wait_for_selector("td.name a.name-hidden:visible")
    shoot(page, "formgrader-list")
    page.locator("tr", has=page.locator(".needs-manual-grade .glyphicon-ok")).first.locator(
        "a.name-hidden"
    ).click()
    written = page.locator(".nbgrader_cell", has=page.locator("input.score#why-xor-never-stops"))
    page.wait_for_load_state("networkidle")  # points and comments are loaded after the page
    comment = "Right. Say also why the training therefore never stops."
    for kind, field, text in (("grade", "input.score", "3"), ("comment", "textarea.comment", comment)):
        with page.expect_response(f"**/api/{kind}/*"):  # it is saved
            written.locator(field).fill(text)
            written.locator(field).blur()
    written.evaluate("element => window.scrollTo(0, element.getBoundingClientRect().top + scrollY - 220)")
    shoot(page, "formgrader-mark")
    page.close()


def pages(browser: Browser, course: Path) -> None:
    """The report and a student's feedback, as files in a browser."""
    concepts = python(ROOT, "book/concepts.py", ASSIGNMENT)
    (course / "concepts.yml").write_text(concepts, encoding="utf-8")
    proctor(course, "report", ASSIGNMENT, "--concepts", "concepts.yml")
    keep("similar", proctor(course, "similar", ASSIGNMENT, "--pairs", "3"), course)
    page = browser.new_page(viewport={"width": 1100, "height": 1200}, color_scheme="light")
    page.goto((course / "report" / ASSIGNMENT / "index.html").as_uri())
    shoot(page, "report")
    student = next((course / "course" / "feedback").glob("*a-slip*"))
    page.set_viewport_size({"width": 1100, "height": 560})
    page.goto((student / ASSIGNMENT / f"{ASSIGNMENT}.html").as_uri())
    failed = page.locator(".output_error").first
    failed.evaluate("element => window.scrollTo(0, element.getBoundingClientRect().top + scrollY - 330)")
    shoot(page, "feedback")


def shoot(page: Page, name: str) -> None:
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    small = picture.quantize(COLORS, dither=Image.Dither.NONE)
    small.save(PICTURES / f"{name}.png", optimize=True)
    print(f"{name}.png: {(PICTURES / f'{name}.png').stat().st_size / 1000:.0f} kB", flush=True)


if __name__ == "__main__":
    main()
