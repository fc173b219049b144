"""Convolution as functions."""

import math

from ... import functions, tape
from ...ops import convolution as ops
from ...ops import unfold as unfold_ops
from ...ops.broadcasting import Shape
from ...ops.convolution import Sliding
from ...tensor import Tensor
from .arguments import data_of, entries_of, floating, needs_of
from .images import Sizes, batched, pair_of, sizes_of
from .padding import pad


def conv1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Sizes = 1,
    padding: Sizes | str = 0,
    dilation: Sizes = 1,
    groups: int = 1,
) -> Tensor:
    """y[n, o, w] = bias[o] + Σ_c Σ_j weight[o, c, j] input[n, c, w · stride + j · dilation]. See `conv2d`.

    input (n, c_in, w), weight (c_out, c_in / groups, kw), bias (c_out,) -> (n, c_out, wo); n may be missing

    >>> import layerwise as lw
    >>> x, difference = lw.tensor([[[1.0, 4.0, 9.0, 16.0]]]), lw.tensor([[[-1.0, 1.0]]])
    >>> lw.nn.functional.conv1d(x, difference)
    tensor([[[3., 5., 7.]]])
    """
    return _convolve("conv1d", 1, input, weight, bias, stride, padding, dilation, groups)


def conv2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Sizes = 1,
    padding: Sizes | str = 0,
    dilation: Sizes = 1,
    groups: int = 1,
) -> Tensor:
    """y[n, o, h, w] = bias[o] + Σ_c Σ_i Σ_j weight[o, c, i, j] input[n, c, h s + i d, w s + j d].

    input (n, c_in, h, w), weight (c_out, c_in / groups, kh, kw), bias (c_out,) -> (n, c_out, ho, wo); n may
    be missing

    stride s, dilation d: one number, or (height, width).
    padding: so many zeros at both ends, one number or (height, width); 'valid' for none; 'same' for as many
        as leave the size as it is (with stride 1).
    groups: the channels are split into so many groups, which do not see one another.

    >>> import layerwise as lw
    >>> x, weight = lw.ones((1, 1, 3, 3)), lw.ones((1, 1, 3, 3))
    >>> lw.nn.functional.conv2d(x, weight, padding=1)
    tensor([[[[4., 6., 4.],
              [6., 9., 6.],
              [4., 6., 4.]]]])
    """
    return _convolve("conv2d", 2, input, weight, bias, stride, padding, dilation, groups)


def conv_transpose1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Sizes = 1,
    padding: Sizes = 0,
    output_padding: Sizes = 0,
    groups: int = 1,
    dilation: Sizes = 1,
) -> Tensor:
    """Sends input[n, c, w] · weight[c, o, j] to y[n, o, w · stride + j · dilation]. See `conv_transpose2d`.

    input (n, c_in, w), weight (c_in, c_out / groups, kw), bias (c_out,) -> (n, c_out, wo); n may be missing

    >>> import layerwise as lw
    >>> x, weight = lw.tensor([[[1.0, 2.0]]]), lw.tensor([[[1.0, 10.0]]])
    >>> lw.nn.functional.conv_transpose1d(x, weight, stride=2)
    tensor([[[ 1., 10.,  2., 20.]]])
    """
    options = stride, padding, output_padding, groups, dilation
    return _convolve_transposed("conv_transpose1d", 1, input, weight, bias, *options)


def conv_transpose2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Sizes = 1,
    padding: Sizes = 0,
    output_padding: Sizes = 0,
    groups: int = 1,
    dilation: Sizes = 1,
) -> Tensor:
    """Sends input[n, c, h, w] · weight[c, o, i, j] to y[n, o, h s + i d, w s + j d], and adds them up.

    It is the way back of a convolution with this weight: from the size of its output to that of its input.

    input (n, c_in, h, w), weight (c_in, c_out / groups, kh, kw), bias (c_out,) -> (n, c_out, ho, wo); n may
    be missing

    stride s, dilation d: one number, or (height, width).
    padding: so many pixels are cut off at both ends.
    output_padding: so many more pixels at the lower and right end: a convolution with stride 2 makes the same
        size of 7 pixels and of 8, and this says which of the two to return to.

    >>> import layerwise as lw
    >>> x, weight = lw.tensor([[[[1.0, 2.0]]]]), lw.tensor([[[[1.0, 3.0], [5.0, 7.0]]]])
    >>> lw.nn.functional.conv_transpose2d(x, weight, stride=2)
    tensor([[[[ 1.,  3.,  2.,  6.],
              [ 5.,  7., 10., 14.]]]])
    """
    options = stride, padding, output_padding, groups, dilation
    return _convolve_transposed("conv_transpose2d", 2, input, weight, bias, *options)


def unfold(
    input: Tensor,
    kernel_size: Sizes,
    dilation: Sizes = 1,
    padding: Sizes = 0,
    stride: Sizes = 1,
) -> Tensor:
    """What a sliding kernel sees, a column for each of its places.

    input (n, c, h, w) -> (n, c kh kw, places); n may be missing

    >>> import layerwise as lw
    >>> lw.nn.functional.unfold(lw.tensor([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]), 2)
    tensor([[1., 2.],
            [2., 3.],
            [4., 5.],
            [5., 6.]])
    """
    how = _sliding("unfold", 2, stride, padding, dilation)
    kernel = pair_of("unfold", "kernel_size", kernel_size)
    floating("unfold", input=input)
    batched(input, 3, "unfold", "(n, c, h, w) or (c, h, w)")
    if input.ndim == 3:
        y = unfold(functions.reshape(input, (1, *input.shape)), kernel_size, dilation, padding, stride)
        return functions.reshape(y, y.shape[1:])
    _fits("unfold", input.shape[2:], kernel, how)
    columns = unfold_ops.unfold(input.data, kernel, how)
    return Tensor(columns, tape.record(unfold_ops.unfold_vjp, (input.entry,), (input.shape[2:], kernel, how)))


def fold(
    input: Tensor,
    output_size: Sizes,
    kernel_size: Sizes,
    dilation: Sizes = 1,
    padding: Sizes = 0,
    stride: Sizes = 1,
) -> Tensor:
    """The way back of `unfold`: every number goes where it came from, and what arrives there is added up.

    input (n, c kh kw, places) -> (n, c, *output_size); n may be missing

    >>> import layerwise as lw
    >>> columns = lw.nn.functional.unfold(lw.ones((1, 2, 3)), 2)
    >>> lw.nn.functional.fold(columns, (2, 3), 2)
    tensor([[[1., 2., 1.],
             [1., 2., 1.]]])
    """
    how = _sliding("fold", 2, stride, padding, dilation)
    kernel = pair_of("fold", "kernel_size", kernel_size)
    size = sizes_of("fold", "output_size", output_size, 2, least=1)
    floating("fold", input=input)
    batched(input, 2, "fold", "(n, c kh kw, places) or (c kh kw, places)")
    if input.ndim == 2:
        y = fold(functions.reshape(input, (1, *input.shape)), size, kernel, dilation, padding, stride)
        return functions.reshape(y, y.shape[1:])
    _fits("fold", size, kernel, how)
    seen, places = math.prod(kernel), math.prod(ops.places(size, kernel, how))
    if input.shape[1] % seen or input.shape[2] != places:
        raise RuntimeError(
            f"fold(): input has shape {input.shape}, expected (n, c · {seen}, {places}): a kernel of "
            f"{kernel} sees {seen} numbers of each channel and has {places} places in an output of {size}"
        )
    image = unfold_ops.fold(input.data, size, kernel, how)
    return Tensor(image, tape.record(unfold_ops.fold_vjp, (input.entry,), (kernel, how)))


def _convolve(
    name: str,
    dims: int,
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: Sizes,
    padding: Sizes | str,
    dilation: Sizes,
    groups: int,
) -> Tensor:
    floating(name, input=input, weight=weight, bias=bias)
    _check_weight(name, dims, weight, "(c_out, c_in / groups, ", groups)
    batched(input, dims + 1, name, f"(n, c, {_LETTERS[dims]}) or (c, {_LETTERS[dims]})")
    if input.ndim == dims + 1:
        one = functions.reshape(input, (1, *input.shape))
        y = _convolve(name, dims, one, weight, bias, stride, padding, dilation, groups)
        return functions.reshape(y, y.shape[1:])
    if input.shape[1] != weight.shape[1] * groups:
        raise RuntimeError(
            f"{name}(): input has {input.shape[1]} channels (its shape is {input.shape}), expected "
            f"{weight.shape[1] * groups}: weight has shape {weight.shape}, and there are {groups} groups"
        )
    _check_bias(name, bias, weight.shape[0])

    if isinstance(padding, str):
        widths = same_padding(name, padding, weight.shape[2:], stride, dilation)
        even = all(before == after for before, after in widths)
        if not even:  # one more at the end than at the beginning
            input = pad(input, [width for pair in reversed(widths) for width in pair])
        padding = tuple(before for before, _ in widths) if even else 0
    how = _sliding(name, dims, stride, padding, dilation, groups)
    _fits(name, input.shape[2:], weight.shape[2:], how)
    forward, vjp = (ops.conv1d, ops.conv1d_vjp) if dims == 1 else (ops.conv2d, ops.conv2d_vjp)
    image = forward(input.data, weight.data, data_of(bias), how)
    saved = (input.data, weight.data, how, needs_of(input, weight, bias))
    return Tensor(image, tape.record(vjp, entries_of(input, weight, bias), saved))


def _convolve_transposed(
    name: str,
    dims: int,
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: Sizes,
    padding: Sizes,
    output_padding: Sizes,
    groups: int,
    dilation: Sizes,
) -> Tensor:
    floating(name, input=input, weight=weight, bias=bias)
    _check_weight(name, dims, weight, "(c_in, c_out / groups, ", groups)
    batched(input, dims + 1, name, f"(n, c, {_LETTERS[dims]}) or (c, {_LETTERS[dims]})")
    if input.ndim == dims + 1:
        one = functions.reshape(input, (1, *input.shape))
        options = stride, padding, output_padding, groups, dilation
        y = _convolve_transposed(name, dims, one, weight, bias, *options)
        return functions.reshape(y, y.shape[1:])
    if input.shape[1] != weight.shape[0]:
        raise RuntimeError(
            f"{name}(): input has {input.shape[1]} channels (its shape is {input.shape}), expected "
            f"{weight.shape[0]}: weight has shape {weight.shape}"
        )
    _check_bias(name, bias, weight.shape[1] * groups)

    how = _sliding(name, dims, stride, padding, dilation, groups)
    more = sizes_of(name, "output_padding", output_padding, dims, least=0)
    for extra, s, d in zip(more, how.stride[-dims:], how.dilation[-dims:], strict=True):
        if extra >= max(s, d):
            raise RuntimeError(
                f"{name}(): output_padding must be smaller than stride or dilation, got {more} with stride "
                f"{how.stride[-dims:]} and dilation {how.dilation[-dims:]}"
            )
    size = tuple(
        (n - 1) * s - 2 * p + d * (k - 1) + extra + 1
        for n, k, extra, s, p, d in zip(
            input.shape[2:], weight.shape[2:], more, *(pair[-dims:] for pair in how[:3]), strict=True
        )
    )
    if min(input.shape[2:]) < 1 or min(size) < 1:
        raise RuntimeError(
            f"{name}(): input of shape {input.shape}, kernel {weight.shape[2:]} and padding "
            f"{how.padding[-dims:]} give an output of {size}: nothing is left"
        )
    transposed = ops.conv_transpose1d if dims == 1 else ops.conv_transpose2d
    vjp = ops.conv_transpose1d_vjp if dims == 1 else ops.conv_transpose2d_vjp
    image = transposed(input.data, weight.data, data_of(bias), (1, *size)[-2:], how)
    saved = (input.data, weight.data, how, needs_of(input, weight, bias))
    return Tensor(image, tape.record(vjp, entries_of(input, weight, bias), saved))


# --- what they ask of their arguments

_LETTERS = {1: "w", 2: "h, w"}


def same_padding(
    name: str, padding: str, kernel: Shape, stride: Sizes, dilation: Sizes
) -> list[tuple[int, int]]:
    """(before, after) for each dimension, of padding 'same' or 'valid'."""
    if padding not in ("same", "valid"):
        raise ValueError(f"{name}(): padding must be numbers, 'same' or 'valid', got {padding!r}")
    dims = len(kernel)
    if padding == "valid":
        return [(0, 0)] * dims
    if max(sizes_of(name, "stride", stride, dims, least=1)) > 1:
        raise RuntimeError(f"{name}(): padding 'same' is for stride 1, got stride {stride}")
    dilations = sizes_of(name, "dilation", dilation, dims, least=1)
    totals = [d * (k - 1) for k, d in zip(kernel, dilations, strict=True)]
    return [(total // 2, total - total // 2) for total in totals]


def _sliding(
    name: str, dims: int, stride: Sizes, padding: Sizes, dilation: Sizes, groups: int = 1
) -> Sliding:
    strides = sizes_of(name, "stride", stride, dims, least=1)
    paddings = sizes_of(name, "padding", padding, dims, least=0)
    dilations = sizes_of(name, "dilation", dilation, dims, least=1)
    if dims == 1:  # the width of an image one pixel high
        return Sliding((1, strides[0]), (0, paddings[0]), (1, dilations[0]), groups)
    return Sliding(strides, paddings, dilations, groups)  # type: ignore[arg-type]


def _check_weight(name: str, dims: int, weight: Tensor, expected: str, groups: int) -> None:
    if weight.ndim != dims + 2 or weight.data.size == 0:
        sizes = {1: "kw)", 2: "kh, kw)"}[dims]
        raise RuntimeError(
            f"{name}(): weight has shape {weight.shape}, expected {expected}{sizes}, none of them 0"
        )
    if not isinstance(groups, int) or groups < 1 or weight.shape[0] % groups:
        raise RuntimeError(
            f"{name}(): groups must divide the first of the sizes of weight, {weight.shape}, got {groups}"
        )


def _check_bias(name: str, bias: Tensor | None, channels: int) -> None:
    if bias is not None and bias.shape != (channels,):
        raise RuntimeError(f"{name}(): bias has shape {bias.shape}, expected {(channels,)}")


def _fits(name: str, size: Shape, kernel: Shape, how: Sliding) -> None:
    dims = len(size)
    padded = tuple(n + 2 * p for n, p in zip(size, how.padding[-dims:], strict=True))
    spans = tuple(d * (k - 1) + 1 for k, d in zip(kernel, how.dilation[-dims:], strict=True))
    if min(size) < 1 or any(span > n for span, n in zip(spans, padded, strict=True)):
        raise RuntimeError(
            f"{name}(): the kernel spans {spans} pixels, more than the input, {padded} with its padding"
        )
