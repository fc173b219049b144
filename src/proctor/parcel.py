"""A submission's files on their way to a notebook's process: in memory, never on a disk that others read.

The parcel is a file without a name. It goes over the socket as a descriptor, and is gone with the last
process that holds it, however that process ends.
"""

import json
import os
from pathlib import Path


def pack(files: dict[str, bytes]) -> int:
    """A list of names and sizes in one line, then the contents."""
    descriptor = os.memfd_create("files", os.MFD_CLOEXEC)
    with open(descriptor, "wb", closefd=False) as parcel:
        parcel.write(json.dumps([[name, len(content)] for name, content in files.items()]).encode() + b"\n")
        parcel.writelines(files.values())
    return descriptor


def unpack(descriptor: int, folder: str) -> None:
    """Write the files into the folder. The descriptor is closed."""
    with open(descriptor, "rb") as parcel:
        parcel.seek(0)
        for name, size in json.loads(parcel.readline()):
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(parcel.read(size))
