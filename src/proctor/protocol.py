"""What supervisor and child say to each other: JSON, each message after its length.

What comes from the child may have been written by a student. It is bytes until it has been counted, JSON
until it has been checked, and nothing in it is ever executed or unpickled.
"""

import json
import select
import socket
import struct
import time
from typing import Any

from jupyter_client.jsonutil import json_clean, json_default

MESSAGE = 16 << 20  # bytes, at most
DEPTH = 40  # levels of nesting in what a cell displays
_LENGTH = struct.Struct(">I")

KINDS = {"ready", "stream", "display_data", "update_display_data", "execute_result", "error", "clear_output"}
KINDS |= {"reply"}


class ProtocolError(Exception):
    """The child has said what no honest child says."""


class Ended(Exception):  # noqa: N818 (an end is no error)
    """The child has closed its side: it has ended."""


class Channel:
    """One side of the conversation. With `most`, no more than so many bytes are taken in all."""

    def __init__(self, connection: socket.socket, most: int | None = None):
        self.connection = connection
        self.most = most
        self.taken = 0
        self._buffer = bytearray()

    def send(self, message: dict[str, Any]) -> None:
        try:  # as a kernel writes it: bytes, say of an image, in base64
            data = json.dumps(message, default=json_default, allow_nan=False).encode()
        except (TypeError, ValueError):
            data = json.dumps(json_clean(message)).encode()
        try:
            self.connection.sendall(_LENGTH.pack(len(data)) + data)
        except (BrokenPipeError, ConnectionResetError):
            raise Ended from None

    def receive(self, deadline: float | None = None) -> dict[str, Any]:
        """The next message, as it came. TimeoutError at the deadline (of time.monotonic)."""
        (length,) = _LENGTH.unpack(self._take(_LENGTH.size, deadline))
        if self.most is not None and length > min(MESSAGE, self.most - self.taken):
            raise ProtocolError(f"a message of {length:,} bytes, after {self.taken:,}")
        self.taken += length
        try:
            message = json.loads(self._take(length, deadline), parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            raise ProtocolError(f"no JSON: {error}") from None
        if not isinstance(message, dict):
            raise ProtocolError("no JSON object")
        return message

    def pending(self) -> bool:
        """Whether the other side has said something that nobody asked for."""
        return bool(self._buffer) or bool(select.select([self.connection], [], [], 0)[0])

    def _take(self, size: int, deadline: float | None) -> bytes:
        while len(self._buffer) < size:
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and not select.select([self.connection], [], [], max(left, 0))[0]:
                raise TimeoutError
            try:
                data = self.connection.recv(min(1 << 20, max(size - len(self._buffer), 1 << 16)))
            except ConnectionResetError:
                data = b""
            if not data:
                raise Ended
            self._buffer += data
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken


def checked(message: dict[str, Any], token: str) -> tuple[str, dict[str, Any]]:
    """The kind and content of a child's message, of the form that a notebook may hold."""
    kind, content = message.get("kind"), message.get("content")
    if message.get("token") != token:
        raise ProtocolError("an answer to a question that was not asked")
    if not isinstance(kind, str) or kind not in KINDS or not isinstance(content, dict):
        raise ProtocolError(f"a message of kind {str(kind)[:40]!r}")
    fields = {name: _plain(value) for name, value in content.items()}
    wanted: dict[str, type]
    match kind:
        case "stream":
            wanted = {"name": str, "text": str}
        case "error":
            wanted = {"ename": str, "evalue": str, "traceback": list}
        case "execute_result" | "display_data" | "update_display_data":
            wanted = {"data": dict, "metadata": dict}
            fields.setdefault("metadata", {})
        case "clear_output":
            wanted = {"wait": bool}
        case "reply":
            wanted = {"status": str, "changed": list}
        case _:
            wanted = {}
    for name, type_ in wanted.items():
        if not isinstance(fields.get(name), type_):
            raise ProtocolError(f"{kind} without {name}")
    if kind == "stream" and fields["name"] not in ("stdout", "stderr"):
        raise ProtocolError("a stream of another name")
    lines = {"error": "traceback", "reply": "changed"}.get(kind)
    if lines and not all(isinstance(line, str) for line in fields[lines]):
        raise ProtocolError(f"{lines} that is not text")
    if "data" in wanted:
        _check_data(fields["data"])
    if kind in ("execute_result", "display_data", "update_display_data"):
        transient = content.get("transient")
        display_id = transient.get("display_id") if isinstance(transient, dict) else None
        fields["transient"] = {"display_id": display_id} if isinstance(display_id, str) else {}
    return kind, fields


def _check_data(data: dict[str, Any]) -> None:
    for kind, value in data.items():
        if "json" in kind:
            continue
        text = isinstance(value, str) or (
            isinstance(value, list) and all(isinstance(line, str) for line in value)
        )
        if not text:
            raise ProtocolError(f"{kind[:40]} that is not text")


def _plain(value: Any, depth: int = 0) -> Any:
    """The value, with text that can be written to a file: half characters become question marks."""
    if depth > DEPTH:
        raise ProtocolError("nested too deep")
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, list):
        return [_plain(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {_plain(name): _plain(item, depth + 1) for name, item in value.items()}
    return value


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")
