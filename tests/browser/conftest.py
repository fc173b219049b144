"""A real browser on the built book. Every page a test opens is watched: the test fails when the page logs an
error, throws one, cannot load something, or asks for anything outside the book."""

import functools
import gzip
import threading
from collections.abc import Callable, Iterator
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    Request,
    Response,
    Route,
    expect,
)

ROOT = Path(__file__).resolve().parent.parent.parent
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# Failures of a request with which nothing is wrong: the page was left before its end; scripts are off.
EXPECTED = {"net::ERR_ABORTED", "csp"}
PATIENCE = 30_000  # milliseconds that a busy machine may need; nothing waits longer than it must
expect.set_options(timeout=PATIENCE)


@functools.cache
def packed(path: Path, changed: int) -> bytes:
    return gzip.compress(path.read_bytes(), compresslevel=1)


class BookHandler(SimpleHTTPRequestHandler):
    """Serves files compressed, as the book's host does."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if path.is_dir():
            path /= "index.html"
        if not path.is_file():
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        body = packed(path, path.stat().st_mtime_ns)
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="session")
def site(book_html: Path) -> Iterator[str]:
    """The address of the built book, without a slash at its end."""
    handler = functools.partial(BookHandler, directory=str(book_html))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


NewPage = Callable[..., Page]


@pytest.fixture
def new_page(browser: Browser, site: str) -> Iterator[NewPage]:
    """Opens a page in a fresh context; takes the options of playwright's `new_context` (viewport, ...)."""
    faults: list[str] = []
    contexts = []

    def outside(url: str) -> bool:
        return not url.startswith((site, "file:", "data:", "blob:", "about:"))

    def refuse(route: Route) -> None:
        faults.append(f"outside request: {route.request.url}")
        route.abort("blockedbyclient")

    def address(page: Page | None) -> str:
        return page.url if page else "a closed page"

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            faults.append(f"console on {address(message.page)}: {message.text}")

    def on_response(response: Response) -> None:
        if response.status >= HTTPStatus.BAD_REQUEST:
            faults.append(f"{response.status} for {response.url}")

    def on_failed(request: Request) -> None:
        if request.failure not in EXPECTED and not outside(request.url):
            faults.append(f"failed request: {request.url} ({request.failure})")

    def open_page(**options: Any) -> Page:
        context = browser.new_context(**options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        context.route(outside, refuse)
        context.on("console", on_console)
        context.on(
            "weberror", lambda error: faults.append(f"script error on {address(error.page)}: {error.error}")
        )
        context.on("response", on_response)
        context.on("requestfailed", on_failed)
        return context.new_page()

    yield open_page
    for context in contexts:
        for page in context.pages:
            page.evaluate("0")  # what it has asked for or logged is reported before the answer
        context.close()
    assert not faults, "\n".join(faults)


@pytest.fixture
def page(new_page: NewPage) -> Page:
    return new_page(viewport={"width": 1280, "height": 900})


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """Runs axe on an open page; one line for each element that it finds fault with."""
    if not AXE.exists():
        pytest.fail(f"no axe-core at {AXE}: run `npm ci`")
    script = AXE.read_text(encoding="utf-8")

    def violations(page: Page) -> list[str]:
        page.evaluate(script)
        found = page.evaluate("axe.run({ resultTypes: ['violations'] }).then((result) => result.violations)")
        return [
            f"{rule['id']} ({rule['help']}): {node['target']} {' '.join(node['html'].split())[:120]}"
            for rule in found
            for node in rule["nodes"]
        ]

    return violations
