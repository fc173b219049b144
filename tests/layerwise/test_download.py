"""Sets from the web: fetched once, whole and right, or not at all. The web is a server in this process."""

import gzip
import hashlib
import io
import socket
import struct
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pytest

import layerwise as lw
from layerwise.data import web
from layerwise.data.download import fetch


class Server(HTTPServer):
    """Serves `files`, name to bytes; breaks off after `limit` bytes; notes what was asked for."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.limit, self.knows_ranges, self.requests = {}, None, True, []
        self.url = f"http://127.0.0.1:{self.server_port}/data/"

    def handle_error(self, request, client_address):
        raise


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        server, name = self.server, self.path.rpartition("/")[2]
        asked = self.headers["Range"]
        server.requests.append((name, asked))
        if name not in server.files:
            return self.send_error(404)
        content, start = server.files[name], 0
        if asked and server.knows_ranges:
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
            if start >= len(content):
                return self.send_error(416)
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        self.wfile.write(content[start:][: server.limit])
        return None

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def md5(content):
    return hashlib.md5(content).hexdigest()


CONTENT = np.random.default_rng(0).bytes(300_000)
SUM = md5(CONTENT)


@pytest.fixture
def call(server, tmp_path):
    """Fetches the file, of this checksum, that the server has."""
    server.files["file.bin"] = CONTENT
    return lambda checksum=SUM: fetch(server.url + "file.bin", checksum, tmp_path, "set")


def test_a_file_is_fetched_once(call, server, tmp_path, capsys):
    path = call()
    assert path == tmp_path / "set" / "file.bin"
    assert path.read_bytes() == CONTENT
    assert [file.name for file in path.parent.iterdir()] == ["file.bin"]
    shown = capsys.readouterr().err
    assert "file.bin: 100%" in shown
    assert "300k/300k" in shown

    assert call() == path
    assert server.requests == [("file.bin", None)]
    assert capsys.readouterr().err == ""


def test_a_wrong_file_is_not_kept(call, tmp_path):
    wanted = "0" * 32
    with pytest.raises(ValueError, match=rf"file\.bin.*expected md5:{wanted} but got {SUM}"):
        call(wanted)
    assert list((tmp_path / "set").iterdir()) == []
    assert call().read_bytes() == CONTENT


def test_a_file_that_went_bad_is_fetched_again(call, server):
    path = call()
    path.write_bytes(b"damaged")
    assert call().read_bytes() == CONTENT
    assert len(server.requests) == 2


def test_what_broke_off_is_continued(call, server, tmp_path, capsys):
    server.limit = 100_000
    for come in (100_000, 200_000):
        with pytest.raises(
            ConnectionError, match=rf"file\.bin could not .* broke off after {come} of 300000"
        ):
            call()
        assert not (tmp_path / "set" / "file.bin").exists()
        assert (tmp_path / "set" / "file.bin.part").read_bytes() == CONTENT[:come]
    server.limit = None
    capsys.readouterr()
    assert call().read_bytes() == CONTENT
    assert [asked for _, asked in server.requests] == [None, "bytes=100000-", "bytes=200000-"]
    assert [file.name for file in (tmp_path / "set").iterdir()] == ["file.bin"]
    assert "67%" in capsys.readouterr().err  # the bar goes on from there


def test_a_server_that_cannot_continue_begins_again(call, server):
    server.limit = 100_000
    with pytest.raises(ConnectionError):
        call()
    server.limit, server.knows_ranges = None, False
    assert call().read_bytes() == CONTENT


@pytest.mark.parametrize("length", [300_000, 300_001])
def test_a_part_with_nothing_missing_is_fetched_again(call, server, tmp_path, length):
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "file.bin.part").write_bytes(bytes(length))
    assert call().read_bytes() == CONTENT
    assert [asked for _, asked in server.requests] == [f"bytes={length}-", None]


def test_a_part_of_another_file_does_no_lasting_harm(call, tmp_path):
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "file.bin.part").write_bytes(bytes(1000))
    with pytest.raises(ValueError, match="expected"):
        call()
    assert call().read_bytes() == CONTENT


def test_a_file_that_is_not_there(server, tmp_path):
    with pytest.raises(ConnectionError, match=r"other\.bin could not be downloaded: HTTP Error 404"):
        fetch(server.url + "other.bin", "", tmp_path, "set")


def test_without_a_network_the_error_says_what_to_do(tmp_path):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # nobody listens at this port
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        with pytest.raises(ConnectionError) as caught:
            lw.data.mnist(root=tmp_path, base_url=url)
    message = str(caught.value)
    assert message.startswith(f"{url}/train-images-idx3-ubyte.gz could not be downloaded: ")
    assert "base_url" in message
    assert f"put it into {tmp_path / 'mnist'}" in message


def idx(array):
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


@pytest.mark.parametrize(
    ("load", "sums"), [(lw.data.mnist, "MNIST"), (lw.data.fashion_mnist, "FASHION_MNIST")]
)
def test_mnist(load, sums, server, tmp_path, monkeypatch):
    rng = np.random.default_rng(0)
    checksums, expected = [], {}
    for part, n in (("train", 5), ("t10k", 3)):
        x, y = rng.integers(0, 256, (n, 28, 28), np.uint8), rng.integers(0, 10, n, np.uint8)
        expected[part] = x, y
        for name, array in ((f"{part}-images-idx3-ubyte.gz", x), (f"{part}-labels-idx1-ubyte.gz", y)):
            server.files[name] = gzip.compress(idx(array), mtime=0)
            checksums.append(md5(server.files[name]))
    monkeypatch.setattr(web, sums, tuple(checksums))

    for part, train in (("train", True), ("t10k", False)):
        x, y, classes = load(train, root=tmp_path, base_url=server.url)
        assert (x.dtype, y.dtype, len(classes)) == (np.float32, np.int64, 10)
        np.testing.assert_allclose(x[:, 0], expected[part][0] / 255, rtol=1e-6)
        assert np.array_equal(y, expected[part][1])
        again = load(train, root=tmp_path, base_url=server.url)
        assert np.array_equal(again.x, x)
    assert len(server.requests) == 4  # of two files each, once


def test_the_two_sets_keep_apart(server, tmp_path, monkeypatch):
    """Their files have the same names."""
    for sums, value, load in (("MNIST", 1, lw.data.mnist), ("FASHION_MNIST", 2, lw.data.fashion_mnist)):
        names = (
            ("t10k-images-idx3-ubyte.gz", np.zeros((1, 28, 28))),
            ("t10k-labels-idx1-ubyte.gz", np.zeros(1)),
        )
        for name, array in names:
            server.files[name] = gzip.compress(idx((array + value).astype(np.uint8)), mtime=0)
        monkeypatch.setattr(web, sums, ("", "", *(md5(server.files[name]) for name, _ in names)))
        assert load(False, root=tmp_path, base_url=server.url).y.tolist() == [value]
    assert lw.data.mnist(False, root=tmp_path, base_url=server.url).y.tolist() == [1]


def test_cifar10(server, tmp_path, monkeypatch):
    rng = np.random.default_rng(0)
    buffer, batches = io.BytesIO(), {}
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name in ["readme.html", *(f"data_batch_{k}.bin" for k in (2, 1, 3, 4, 5)), "test_batch.bin"]:
            x, y = rng.integers(0, 256, (4, 3, 32, 32), np.uint8), rng.integers(0, 10, 4, np.uint8)
            batches[name] = x, y
            content = b"".join(
                bytes([label]) + picture.tobytes() for picture, label in zip(x, y, strict=True)
            )
            info = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    server.files["cifar-10-binary.tar.gz"] = buffer.getvalue()
    monkeypatch.setattr(web, "CIFAR10", md5(buffer.getvalue()))

    x, y, classes = lw.data.cifar10(root=tmp_path, base_url=server.url)
    assert (x.shape, x.dtype, y.dtype, len(classes)) == ((20, 3, 32, 32), np.float32, np.int64, 10)
    parts = [batches[f"data_batch_{k}.bin"] for k in range(1, 6)]
    np.testing.assert_allclose(x, np.concatenate([part[0] for part in parts]) / 255, rtol=1e-6)
    assert np.array_equal(y, np.concatenate([part[1] for part in parts]))
    x, y, _ = lw.data.cifar10(train=False, root=tmp_path, base_url=server.url)
    np.testing.assert_allclose(x, batches["test_batch.bin"][0] / 255, rtol=1e-6)
    assert np.array_equal(y, batches["test_batch.bin"][1])
    assert len(server.requests) == 1
    assert [file.name for file in tmp_path.rglob("*") if file.is_file()] == ["cifar-10-binary.tar.gz"]


def test_the_checksums_are_checksums():
    sums = [*web.MNIST, *web.FASHION_MNIST, web.CIFAR10]
    assert len(set(sums)) == 9
    assert all(len(bytes.fromhex(checksum)) == 16 for checksum in sums)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "example is not an IDX file"),
        (b"\0\0\x09\1\0\0\0\1x", "example is not an IDX file"),
        (b"\0\0\x08\2\0\0\0\1", "example is not an IDX file"),
        (b"\0\0\x08\1\0\0\0\5abcd", r"example must have \(5,\) entries, got 4"),
        (b"\0\0\x08\1\0\0\0\3abcd", r"example must have \(3,\) entries, got 4"),
    ],
)
def test_what_is_not_idx(content, message):
    with pytest.raises(ValueError, match=message):
        web.read_idx(content, "example")


def test_what_is_not_cifar():
    with pytest.raises(ValueError, match="example must have 3073 bytes for each picture, got 3074"):
        web.read_cifar(bytes(3074), "example")


@pytest.mark.parametrize(
    ("missing", "call"), [("pooch", lambda: lw.data.mnist()), ("sklearn.datasets", lambda: lw.data.digits())]
)
def test_without_the_package_the_error_names_it(missing, call, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, missing, None)
    with pytest.raises(ImportError, match="pip install"):
        call()
