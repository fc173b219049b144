"""Sequences of different lengths in one batch: padded to one length, or packed row below row.

In a packed batch the sequences are ordered from the longest to the shortest, and the rows by time: first the
first ones of all sequences, then the second ones of all that have a second, and so on. Nothing is padded, so
a recurrent layer spends no work on padding and its last states are those of the sequences' true ends.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from ... import functions
from ...ops.broadcasting import Array
from ...tensor import Tensor, to_array
from ..functional import recurrent


class PackedSequence(NamedTuple):
    """A batch of sequences without padding.

    data (rows, ...): the rows of all times.
    batch_sizes (times,): how many sequences are alive at each time.
    sorted_indices, unsorted_indices (batch,): the order of the sequences in here, and the way back to the
        caller's; None where they are the same.
    """

    data: Tensor
    batch_sizes: Tensor
    sorted_indices: Tensor | None = None
    unsorted_indices: Tensor | None = None


def pack_padded_sequence(
    input: Tensor, lengths: Any, batch_first: bool = False, enforce_sorted: bool = True
) -> PackedSequence:
    """Take the padding out of a batch of sequences.

    input (times, batch, ...), or (batch, times, ...) with batch_first
    lengths (batch,): how long each sequence is, at least 1. A list, an array or a tensor.
    enforce_sorted: whether the lengths must already go from the longest to the shortest.

    >>> import layerwise as lw
    >>> x = lw.tensor([[[1.0], [2.0], [0.0]], [[5.0], [6.0], [7.0]]])  # (batch, times, 1)
    >>> packed = lw.nn.utils.rnn.pack_padded_sequence(x, [2, 3], batch_first=True, enforce_sorted=False)
    >>> packed.data.tolist(), packed.batch_sizes
    ([[5.0], [1.0], [6.0], [2.0], [7.0]], tensor([2, 2, 1]))
    """
    name = "pack_padded_sequence()"
    if not isinstance(input, Tensor):
        raise TypeError(f"{name}: input must be a layerwise tensor, got {type(input).__name__}")
    if input.ndim < 2:
        expected = "(batch, times, ...)" if batch_first else "(times, batch, ...)"
        raise RuntimeError(f"{name}: input has shape {input.shape}, expected {expected}")
    batch, times = input.shape[:2] if batch_first else input.shape[1::-1]
    sizes = _lengths(name, lengths, batch, times)
    order = np.argsort(-sizes, kind="stable")
    if enforce_sorted and not np.array_equal(sizes, sizes[order]):
        raise RuntimeError(
            f"{name}: lengths must go from the longest to the shortest, got {sizes.tolist()}: sort them, or "
            "pass enforce_sorted=False"
        )
    alive = _alive(sizes[order])
    time, sequence = np.nonzero(alive)
    places = (order[sequence], time) if batch_first else (time, order[sequence])
    data = recurrent.pack(input, places)
    batch_sizes = Tensor(alive.sum(axis=1))
    if enforce_sorted:
        return PackedSequence(data, batch_sizes)
    return PackedSequence(data, batch_sizes, Tensor(order), Tensor(np.argsort(order)))


def pad_packed_sequence(
    sequence: PackedSequence,
    batch_first: bool = False,
    padding_value: float = 0.0,
    total_length: int | None = None,
) -> tuple[Tensor, Tensor]:
    """Put the padding back: the batch in the caller's order, and how long each sequence is.

    The result is (times, batch, ...), or (batch, times, ...) with batch_first.
    total_length: how many times the result has; those of the longest sequence if left out.

    >>> import layerwise as lw
    >>> packed = lw.nn.utils.rnn.pack_sequence([lw.tensor([1.0, 2.0, 3.0]), lw.tensor([4.0])])
    >>> lw.nn.utils.rnn.pad_packed_sequence(packed, batch_first=True)
    (tensor([[1., 2., 3.],
            [4., 0., 0.]]), tensor([3, 1]))
    """
    if not isinstance(sequence, PackedSequence):
        kind = type(sequence).__name__
        raise TypeError(f"pad_packed_sequence(): sequence must be a PackedSequence, got {kind}")
    data, batch_sizes, sorted_indices, unsorted_indices = sequence
    sizes = batch_sizes.data
    times = len(sizes) if total_length is None else total_length
    if times < len(sizes):
        raise ValueError(
            f"pad_packed_sequence(): total_length is {total_length}, the longest sequence has {len(sizes)}"
        )
    alive = np.arange(sizes[0]) < sizes[:, np.newaxis]  # (times, batch), in the packed order
    lengths = alive.sum(axis=0)
    time, row = np.nonzero(alive)
    if sorted_indices is not None and unsorted_indices is not None:
        row, lengths = sorted_indices.data[row], lengths[unsorted_indices.data]
    shape, places = ((times, len(lengths)), (time, row))
    if batch_first:
        shape, places = shape[::-1], places[::-1]
    return recurrent.pad(data, shape + data.shape[1:], places, padding_value), Tensor(lengths)


def pad_sequence(
    sequences: Sequence[Tensor],
    batch_first: bool = False,
    padding_value: float = 0.0,
    padding_side: str = "right",
) -> Tensor:
    """Sequences (length, ...) as one batch, padded to the longest.

    The result is (times, batch, ...), or (batch, times, ...) with batch_first.
    padding_side: where the padding goes, 'right' (after the sequence) or 'left'.

    >>> import layerwise as lw
    >>> lw.nn.utils.rnn.pad_sequence([lw.tensor([1.0, 2.0, 3.0]), lw.tensor([4.0])], batch_first=True)
    tensor([[1., 2., 3.],
            [4., 0., 0.]])
    """
    if padding_side not in ("right", "left"):
        raise ValueError(f"pad_sequence(): padding_side must be 'right' or 'left', got {padding_side!r}")
    _check_sequences("pad_sequence()", sequences)
    lengths = [len(sequence) for sequence in sequences]
    times = max(lengths)
    sequence = np.repeat(np.arange(len(lengths)), lengths)
    skip = [times - length if padding_side == "left" else 0 for length in lengths]
    time = np.concatenate([np.arange(length) + first for length, first in zip(lengths, skip, strict=True)])
    shape, places = ((times, len(lengths)), (time, sequence))
    if batch_first:
        shape, places = shape[::-1], places[::-1]
    return recurrent.pad(functions.cat(sequences), shape + sequences[0].shape[1:], places, padding_value)


def pack_sequence(sequences: Sequence[Tensor], enforce_sorted: bool = True) -> PackedSequence:
    """Sequences (length, ...) as one packed batch.

    enforce_sorted: whether they must already go from the longest to the shortest.

    >>> import layerwise as lw
    >>> lw.nn.utils.rnn.pack_sequence([lw.tensor([1.0, 2.0, 3.0]), lw.tensor([4.0])]).data
    tensor([1., 4., 2., 3.])
    """
    _check_sequences("pack_sequence()", sequences)
    lengths = [len(sequence) for sequence in sequences]
    return pack_padded_sequence(pad_sequence(sequences), lengths, enforce_sorted=enforce_sorted)


def _check_sequences(name: str, sequences: Sequence[Tensor]) -> None:
    if not len(sequences):
        raise RuntimeError(f"{name}: sequences must not be empty")
    for k, sequence in enumerate(sequences):
        if not isinstance(sequence, Tensor) or sequence.ndim == 0:
            kind = "a single number" if isinstance(sequence, Tensor) else type(sequence).__name__
            raise TypeError(f"{name}: sequences[{k}] must be a layerwise tensor (length, ...), got {kind}")
        if sequence.shape[1:] != sequences[0].shape[1:] or sequence.dtype != sequences[0].dtype:
            raise RuntimeError(
                f"{name}: sequences[{k}] is {sequence.dtype} {sequence.shape}, sequences[0] is "
                f"{sequences[0].dtype} {sequences[0].shape}: expected the same but for the length"
            )


def _lengths(name: str, lengths: Any, batch: int, times: int) -> Array:
    sizes = to_array(lengths)
    if sizes.shape != (batch,):
        raise RuntimeError(f"{name}: lengths has shape {sizes.shape}, expected ({batch},)")
    if sizes.dtype.kind not in "iu":
        raise TypeError(f"{name}: lengths must be integers, got {sizes.dtype}")
    if batch == 0 or sizes.min() < 1 or sizes.max() > times:
        raise RuntimeError(f"{name}: lengths must be from 1 to the times, {times}, got {sizes.tolist()}")
    return sizes


def _alive(sizes: Array) -> Array:
    """(times, batch): whether the sequence still runs at that time."""
    alive: Array = np.arange(sizes.max())[:, np.newaxis] < sizes
    return alive
