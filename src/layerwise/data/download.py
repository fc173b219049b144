"""Files from the web: fetched once, held against a checksum, continued where a try broke off."""

import os
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

PIECE = 1 << 16  # bytes to read at a time
PATIENCE = 30  # seconds to wait for the next of them


def fetch(url: str, md5: str, root: str | os.PathLike[str] | None, subfolder: str) -> Path:
    """The path of a file that is on the web, and now, if it was not before, on disk.

    url: where it is. Its name on disk is the same.
    md5: its checksum. A file with another one is not kept.
    root, subfolder: the folder to keep it in, root/subfolder; for the root None it is in the user's cache.

    What has come before the connection broke is kept as `name.part`, and the next call asks for the rest.
    """
    try:
        import pooch
    except ImportError:
        raise ImportError("fetch(): to download data, pooch is needed: pip install pooch") from None
    pooch.get_logger().setLevel("WARNING")  # progress is shown below
    folder = (Path(root) if root is not None else Path(pooch.os_cache("layerwise"))) / subfolder
    name = url.rpartition("/")[2]

    def download(url: str, output: str, _: Any) -> None:
        part = folder / f"{name}.part"
        append(url, part)
        part.replace(output)  # and pooch moves it to its place, or removes it if the checksum is wrong

    try:
        return Path(pooch.retrieve(url, f"md5:{md5}", name, folder, downloader=download))
    except (OSError, HTTPException) as error:  # of urllib: no network, no such file, broken off
        raise ConnectionError(
            f"{url} could not be downloaded: {error}. Try again: it goes on from what has come. Or choose "
            f"a mirror with base_url, or get {name} from elsewhere and put it into {folder}"
        ) from error


def append(url: str, part: Path) -> None:
    """Adds to the file `part`, which may not exist, what it lacks of the one at `url`."""
    there = part.stat().st_size if part.exists() else 0
    request = Request(url, headers={"Range": f"bytes={there}-"} if there else {})
    try:
        response = urlopen(request, timeout=PATIENCE)
    except HTTPError as error:
        if error.code != 416 or not there:
            raise
        part.unlink()  # 416: there is nothing from there on. The part is no beginning of this file
        return append(url, part)

    with response:
        if response.status != 206:  # 206: what was asked for; else it comes from the beginning
            there = 0
        rest = response.headers.get("Content-Length")
        size = there + int(rest) if rest else None
        with part.open("ab" if there else "wb") as file, _bar(part.stem, there, size) as bar:
            while piece := response.read(PIECE):
                file.write(piece)
                bar.update(len(piece))
    if size is not None and part.stat().st_size < size:
        raise ConnectionError(f"it broke off after {part.stat().st_size} of {size} bytes")


def _bar(name: str, there: int, size: int | None) -> Any:
    """The progress bar."""
    from tqdm import tqdm

    return tqdm(desc=name, initial=there, total=size, unit="B", unit_scale=True)
