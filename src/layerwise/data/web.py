"""Pictures that others have gathered: scikit-learn's digits, and from the web MNIST, Fashion-MNIST, CIFAR-10.

What only a download needs is imported where it is used, so that `import layerwise` stays quick.
"""

import os
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Root = str | os.PathLike[str] | None
Bytes = npt.NDArray[np.uint8]


class Pictures(NamedTuple):
    """What `mnist`, `fashion_mnist`, `cifar10` and `digits` return.

    x: the pictures (n, channels, height, width), float32 in [0, 1].
    y: the class of each (n,), its place in `classes`.
    classes: their names.

    >>> import layerwise as lw
    >>> lw.data.digits().classes[:3]
    ('0', '1', '2')
    """

    x: npt.NDArray[np.float32]
    y: npt.NDArray[np.int64]
    classes: tuple[str, ...]


DIGITS = tuple("0123456789")
CLOTHES = (
    *("T-shirt", "trousers", "pullover", "dress", "coat"),
    *("sandal", "shirt", "sneaker", "bag", "ankle boot"),
)
THINGS = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")

# The MD5 checksums of train-images, train-labels, t10k-images, t10k-labels.
MNIST = (
    "f68b3c2dcbeaaa9fbdd348bbdeb94873",
    "d53e105ee54ea40749a09fcbcd1e9432",
    "9fb629c4189551a2d022fa330f9573f3",
    "ec29112dd5afa0611ce80d1b7f02629c",
)
FASHION_MNIST = (
    "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
    "25c81989df183df01b3e8a0aad5dffbe",
    "bef4ecab320f06d8554ea6380940ec79",
    "bb300cfdad3c16e7a12a480ee83cd310",
)
CIFAR10 = "c32a1d4ab5d03f1284b67883e8d87530"


def digits() -> Pictures:
    """The 1797 handwritten digits, 8 × 8 pixels, that come with scikit-learn. No network is needed.

    Returns x (1797, 1, 8, 8), y (1797,) and the classes' names; see `Pictures`.

    >>> import layerwise as lw
    >>> x, y, classes = lw.data.digits()
    >>> x.shape, float(x.max()), y[:5].tolist()
    ((1797, 1, 8, 8), 1.0, [0, 1, 2, 3, 4])
    """
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        raise ImportError("digits(): they come with scikit-learn: pip install scikit-learn") from None
    found = load_digits()
    x = found.images[:, np.newaxis] / 16
    return Pictures(x.astype(np.float32), found.target.astype(np.int64), DIGITS)


def mnist(train: bool = True, root: Root = None, base_url: str | None = None) -> Pictures:
    """Handwritten digits, 28 × 28 pixels (LeCun, Cortes and Burges).

    Downloaded, 12 MB, at the first call.

    train: the 60,000 training pictures, or the 10,000 test pictures.
    root: the folder for the downloaded files; if left out, `layerwise` in the user's cache folder.
    base_url: the address of the folder with the files, if you know a mirror.

    Returns x (n, 1, 28, 28), y (n,) and the classes' names; see `Pictures`.

    >>> import layerwise as lw
    >>> x, y, classes = lw.data.mnist()  # doctest: +SKIP
    >>> x.shape  # doctest: +SKIP
    (60000, 1, 28, 28)
    """
    url = base_url or "https://ossci-datasets.s3.amazonaws.com/mnist/"
    return Pictures(*_idx_pair("mnist", url, MNIST, train, root), DIGITS)


def fashion_mnist(train: bool = True, root: Root = None, base_url: str | None = None) -> Pictures:
    """Clothes, 28 × 28 pixels: as MNIST, and harder (Xiao, Rasul and Vollgraf, 2017).

    Downloaded, 31 MB, at the first call.

    The arguments and what is returned are those of `mnist`.

    >>> import layerwise as lw
    >>> x, y, classes = lw.data.fashion_mnist()  # doctest: +SKIP
    >>> x.shape  # doctest: +SKIP
    (60000, 1, 28, 28)
    """
    url = base_url or "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"
    return Pictures(*_idx_pair("fashion-mnist", url, FASHION_MNIST, train, root), CLOTHES)


def cifar10(train: bool = True, root: Root = None, base_url: str | None = None) -> Pictures:
    """Colored photographs of ten kinds of things, 32 × 32 pixels (Krizhevsky, 2009).

    Downloaded, 170 MB, at the first call.

    The arguments are those of `mnist`; there are 50,000 training and 10,000 test pictures.

    Returns x (n, 3, 32, 32), y (n,) and the classes' names; see `Pictures`.

    >>> import layerwise as lw
    >>> x, y, classes = lw.data.cifar10()  # doctest: +SKIP
    >>> x.shape  # doctest: +SKIP
    (50000, 3, 32, 32)
    """
    import tarfile

    from .download import fetch

    url = base_url or "https://www.cs.toronto.edu/~kriz/"
    path = fetch(_joined(url, "cifar-10-binary.tar.gz"), CIFAR10, root, "cifar-10")
    names = [f"data_batch_{k}.bin" for k in range(1, 6)] if train else ["test_batch.bin"]
    with tarfile.open(path) as archive:  # read where it is: nothing is unpacked onto the disk
        parts = [read_cifar(_member(archive, f"cifar-10-batches-bin/{name}"), name) for name in names]
    x, y = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return Pictures(_shares(x), y.astype(np.int64), THINGS)


def read_idx(content: bytes, name: str) -> Bytes:
    """An array from the IDX format, for errors called `name`.

    Two zeros, 8 for "bytes", the number of dimensions; each dimension's size, 4 bytes, the highest first; the
    entries.

    >>> read_idx(bytes([0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 2, 5, 6]), "example").tolist()
    [[5, 6]]
    """
    dimensions = content[3] if content[:3] == b"\0\0\x08" and len(content) > 3 else -1
    start = 4 + 4 * dimensions
    if dimensions < 0 or len(content) < start:
        raise ValueError(f"{name} is not an IDX file of bytes: it begins with {content[:4]!r}")
    shape = tuple(np.frombuffer(content, ">u4", dimensions, offset=4).tolist())
    if len(content) - start != np.prod(shape, dtype=np.int64):
        raise ValueError(f"{name} must have {shape} entries, got {len(content) - start}")
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)


def read_cifar(content: bytes, name: str) -> tuple[Bytes, Bytes]:
    """Pictures (n, 3, 32, 32) and classes (n,) from CIFAR-10's binary format, for errors called `name`.

    Each picture: its class, one byte; its reds, row by row, its greens, its blues.
    """
    if len(content) % 3073:
        raise ValueError(f"{name} must have 3073 bytes for each picture, got {len(content)}")
    rows = np.frombuffer(content, np.uint8).reshape(-1, 3073)
    return rows[:, 1:].reshape(-1, 3, 32, 32), rows[:, 0]


def _idx_pair(
    name: str, url: str, md5: tuple[str, ...], train: bool, root: Root
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """Pictures (n, 1, h, w) and classes (n,) from two compressed IDX files."""
    import gzip

    from .download import fetch

    part, sums = ("train", md5[:2]) if train else ("t10k", md5[2:])
    arrays = []
    files = (f"{part}-images-idx3-ubyte.gz", f"{part}-labels-idx1-ubyte.gz")
    for file, checksum in zip(files, sums, strict=True):
        path = fetch(_joined(url, file), checksum, root, name)
        arrays.append(read_idx(gzip.decompress(path.read_bytes()), str(path)))
    x, y = arrays
    if x.ndim != 3 or y.shape != x.shape[:1]:
        raise ValueError(f"{name}: there must be a label for each picture, got {x.shape} and {y.shape}")
    return _shares(x[:, np.newaxis]), y.astype(np.int64)


def _shares(x: Bytes) -> npt.NDArray[np.float32]:
    """From 0, 1, …, 255 to [0, 1]."""
    return x.astype(np.float32) / np.float32(255)


def _joined(url: str, file: str) -> str:
    return f"{url.rstrip('/')}/{file}"


def _member(archive: Any, name: str) -> bytes:
    try:
        file = archive.extractfile(name)
    except KeyError:
        file = None
    if file is None:
        raise ValueError(f"{archive.name!s} has no file {name}")
    content: bytes = file.read()
    return content
