"""What a child says is untrusted: counted, parsed, checked."""

import json
import socket
import struct
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proctor.protocol import Channel, Ended, ProtocolError, checked

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@pytest.fixture
def ends() -> Iterator[tuple[Channel, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield Channel(ours, most=10_000), theirs


def framed(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def test_a_message_arrives_whole(ends: tuple[Channel, socket.socket]) -> None:
    channel, other = ends
    data = framed(json.dumps({"text": "ö" * 500}).encode())
    sender = threading.Thread(target=lambda: [other.send(data[i : i + 7]) for i in range(0, len(data), 7)])
    sender.start()
    assert channel.receive() == {"text": "ö" * 500}
    sender.join()


def test_two_messages_in_one_piece(ends: tuple[Channel, socket.socket]) -> None:
    channel, other = ends
    other.send(framed(b'{"a": 1}') + framed(b'{"a": 2}'))
    assert channel.receive() == {"a": 1}
    assert channel.pending()
    assert channel.receive() == {"a": 2}
    assert not channel.pending()


@pytest.mark.parametrize(
    "data",
    [
        framed(b"not json"),
        framed(b"[1]"),
        framed(b'{"a": NaN}'),
        framed(b"\xff\xfe"),
        framed(b"[" * 9000),
        framed(b'{"a": ' + b"9" * 5000 + b"}"),
        struct.pack(">I", 10_001),
        struct.pack(">I", 0xFFFF_FFFF),
    ],
)
def test_what_is_no_message(data: bytes, ends: tuple[Channel, socket.socket]) -> None:
    channel, other = ends
    other.send(data)
    with pytest.raises(ProtocolError):
        channel.receive()


def test_no_more_than_so_many_bytes_in_all(ends: tuple[Channel, socket.socket]) -> None:
    channel, other = ends
    for _ in range(2):
        other.send(framed(json.dumps({"a": "x" * 5500}).encode()))
    channel.receive()
    with pytest.raises(ProtocolError, match="bytes"):
        channel.receive()


def test_silence_ends_at_the_deadline(ends: tuple[Channel, socket.socket]) -> None:
    channel, other = ends
    other.send(b"\0\0")  # the beginning of a length
    with pytest.raises(TimeoutError):
        channel.receive(time.monotonic())


def test_an_end_in_the_middle_of_a_message(ends: tuple[Channel, socket.socket]) -> None:
    channel, other = ends
    other.send(struct.pack(">I", 100) + b"{")
    other.close()
    with pytest.raises(Ended):
        channel.receive()


GOOD: list[tuple[str, dict[str, Any]]] = [
    ("ready", {}),
    ("stream", {"name": "stdout", "text": "x"}),
    ("error", {"ename": "E", "evalue": "", "traceback": ["a"]}),
    ("execute_result", {"data": {"text/plain": "1"}, "metadata": {}}),
    ("display_data", {"data": {"application/json": {"a": [1]}}, "metadata": {}}),
    ("clear_output", {"wait": True}),
    ("reply", {"status": "ok", "changed": []}),
]


@pytest.mark.parametrize(("kind", "content"), GOOD)
def test_good_messages_pass(kind: str, content: dict[str, Any]) -> None:
    assert checked({"token": "t", "kind": kind, "content": content}, "t")[0] == kind


@pytest.mark.parametrize(("kind", "content"), GOOD)
def test_each_field_is_needed_and_has_its_type(kind: str, content: dict[str, Any]) -> None:
    for name in content:
        if name == "metadata":
            continue  # left out, it is empty
        for value in (None, 7, [["x"]]):
            with pytest.raises(ProtocolError):
                checked({"token": "t", "kind": kind, "content": content | {name: value}}, "t")


@pytest.mark.parametrize(
    "message",
    [
        {"token": "other", "kind": "ready", "content": {}},
        {"kind": "ready", "content": {}},
        {"token": "t", "kind": "comm_open", "content": {}},
        {"token": "t", "kind": ["ready"], "content": {}},
        {"token": "t", "kind": "ready", "content": []},
        {"token": "t", "kind": "stream", "content": {"name": "log", "text": ""}},
        {"token": "t", "kind": "display_data", "content": {"data": {"text/html": 7}, "metadata": {}}},
    ],
)
def test_bad_messages_do_not(message: dict[str, Any]) -> None:
    with pytest.raises(ProtocolError):
        checked(message, "t")


def test_half_characters_become_writable() -> None:
    message = {"token": "t", "kind": "stream", "content": {"name": "stdout", "text": "a\ud800b"}}
    assert checked(message, "t")[1]["text"] == "a?b"


@given(JSON)
def test_whatever_comes_is_refused_or_can_be_written(value: Any) -> None:
    for kind, _ in GOOD:
        try:
            _, content = checked({"token": "t", "kind": kind, "content": value}, "t")
        except ProtocolError:
            continue
        json.dumps(content).encode("utf-8")


def test_nesting_is_limited() -> None:
    value: Any = "x"
    for _ in range(60):
        value = [value]
    message = {"token": "t", "kind": "display_data", "content": {"data": {"application/json": value}}}
    with pytest.raises(ProtocolError, match="deep"):
        checked(message, "t")
