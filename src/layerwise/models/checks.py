"""What models ask of their arguments. Each error names the model, the argument, what it got and expected."""

from collections.abc import Iterable

from ..tensor import Tensor


def at_least(name: str, least: int, **sizes: int) -> None:
    """Sizes and numbers of layers: integers from `least` on."""
    for argument, size in sizes.items():
        if not isinstance(size, int) or isinstance(size, bool) or size < least:
            raise ValueError(f"{name}(): {argument} must be an integer of at least {least}, got {size!r}")


def each_at_least(name: str, least: int, **rows: Iterable[int]) -> None:
    """Rows of sizes, such as the widths of all layers."""
    for argument, row in rows.items():
        for i, size in enumerate(row):
            at_least(name, least, **{f"{argument}[{i}]": size})


def one_of(name: str, options: Iterable[object], **choice: object) -> None:
    """An option that has to be one of a few."""
    for argument, chosen in choice.items():
        if chosen not in list(options):
            raise ValueError(f"{name}(): {argument} must be one of {list(options)}, got {chosen!r}")


def shaped(name: str, shape: tuple[str | int, ...], **tensors: Tensor) -> None:
    """Tensors of this shape, in which a word stands for any size, and a leading ... for any dimensions."""
    text = "(" + ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "") + ")"
    for argument, x in tensors.items():
        if not isinstance(x, Tensor):
            library, other = (kind.__module__.partition(".")[0] for kind in (Tensor, type(x)))
            got = f"{other}.{type(x).__name__}".removeprefix("builtins.")
            raise TypeError(f"{name}: {argument} must be a {library} tensor, got {got}")
        if shape[0] == "...":
            wanted = shape[1:]
            sizes = tuple(x.shape)[-len(wanted) :]
        else:
            wanted, sizes = shape, tuple(x.shape)
        fits = len(sizes) == len(wanted)
        if not fits or any(isinstance(n, int) and n != m for n, m in zip(wanted, sizes, strict=True)):
            raise RuntimeError(f"{name}: {argument} has shape {tuple(x.shape)}, expected {text}")
