"""Checkpoints: dictionaries and lists of numbers, arrays and tensors, in one file that is safe to read.

The file is NumPy's .npz: the arrays by their names, and beside them, under the name "tree", a text in JSON
that says what stands where. There is no pickle in it: reading it runs no code.
"""

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from .library import as_array, from_array


def write_checkpoint(path: str | Path, tree: Any) -> None:
    """Write a checkpoint so that at every moment, whatever happens, there is a whole one: the old or the new.

    path: the file. Its folder is made if there is none.
    tree: dictionaries, lists and tuples of arrays, tensors of this library or of torch, numbers, text, None.

    >>> import tempfile
    >>> import numpy as np
    >>> import layerwise as lw
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     lw.train.write_checkpoint(f"{folder}/a.npz", {"weight": np.zeros(2), "betas": (0.9, 0.99)})
    ...     lw.train.read_checkpoint(f"{folder}/a.npz")
    {'weight': array([0., 0.]), 'betas': (0.9, 0.99)}
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, Any] = {"tree": None}
    text = json.dumps(_to_json(tree, "", arrays))
    arrays["tree"] = np.frombuffer(text.encode(), np.uint8)
    unfinished = path.with_name(path.name + ".unfinished")
    with open(unfinished, "wb") as file:
        np.savez(file, allow_pickle=False, **arrays)
        file.flush()
        os.fsync(file.fileno())  # the numbers are on the disk before the name points to them
    os.replace(unfinished, path)
    _sync_folder(path.parent)


def read_checkpoint(path: str | Path) -> Any:
    """What `write_checkpoint` wrote, with tensors of the library they came from.

    So `model.load_state_dict(read_checkpoint(path)["model"])` takes a model out of a trainer's checkpoint.

    >>> import layerwise as lw
    >>> lw.train.read_checkpoint("none.npz")
    Traceback (most recent call last):
    FileNotFoundError: read_checkpoint(): there is no file none.npz
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        return _from_json(json.loads(arrays["tree"].tobytes().decode()), arrays)
    except FileNotFoundError:
        raise FileNotFoundError(f"read_checkpoint(): there is no file {path}") from None
    except Exception as error:  # a zip archive can be broken in many ways
        raise ValueError(f"read_checkpoint(): {path} is not a checkpoint, or is damaged: {error}") from error


def _to_json(part: Any, name: str, arrays: dict[str, Any]) -> Any:
    """The same for JSON. What that has no form for becomes a dictionary with one key, its kind."""
    if part is None or type(part) in (bool, int, float, str):
        return part
    if isinstance(part, list):
        return [_to_json(value, f"{name}/{i}", arrays) for i, value in enumerate(part)]
    if isinstance(part, tuple):
        return {"tuple": _to_json(list(part), name, arrays)}
    if isinstance(part, dict):
        kind = "counter" if isinstance(part, Counter) else "dict"  # torch's MultiStepLR counts its milestones
        items = [[_to_json(key, name, arrays), _to_json(part[key], f"{name}/{key}", arrays)] for key in part]
        return {kind: items}
    array, kind = as_array(part)
    if array is None or array.dtype.kind not in "biuf":
        what = f"{type(part).__name__}{'' if array is None else f' of {array.dtype}'}"
        raise TypeError(
            f"write_checkpoint(): {name or 'tree'} is {what}: only numbers, arrays and text are kept"
        )
    name = name[1:] if name.count("/") > 1 else f"array{name}"
    while name in arrays:  # the keys 1 and "1"
        name += "'"
    arrays[name] = array
    return {kind: name}


def _from_json(part: Any, arrays: dict[str, Any]) -> Any:
    if isinstance(part, list):
        return [_from_json(value, arrays) for value in part]
    if not isinstance(part, dict):
        return part
    ((kind, value),) = part.items()
    if kind == "tuple":
        return tuple(_from_json(value, arrays))
    if kind in ("dict", "counter"):
        items = {_from_json(key, arrays): _from_json(entry, arrays) for key, entry in value}
        return Counter(items) if kind == "counter" else items
    return from_array(arrays[value], kind)


def _sync_folder(folder: Path) -> None:
    """Have the new name itself on the disk too, where folders can be opened (not on Windows)."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
