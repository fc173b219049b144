"""How the pictures look: what a color tells, a dash, a marker, a written number or a shade of gray tells too.

Everything is drawn on white, and nothing here changes Matplotlib's settings.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..ops.broadcasting import Array

# Blue and orange are told apart with every kind of color vision; all of COLORS stand out from white.
BLUE, ORANGE, INK, GRAY = "#0072B2", "#D55E00", "#1A1A1A", "#6B6B6B"
PALE_BLUE, WHITE, PALE_ORANGE, PALE_GRAY = "#BBD9EE", "#FFFFFF", "#FBD5B5", "#E4E4E4"
COLORS = (BLUE, ORANGE, "#00845F", "#AB4488", "#7A6200", INK)
DASHES: tuple[Any, ...] = ("-", (0, (5, 1.5)), (0, (1, 1.2)), (0, (6, 1.5, 1, 1.5)), (0, (3, 1, 1, 1, 1, 1)))
MARKERS = ("o", "^", "s", "D", "v", "P", "<", "*")  # not a cross: that is where a line breaks off
SMALL = 9  # points, the smallest text in a figure WIDTH inches wide
WIDTH = 7.0


def line(i: int) -> dict[str, Any]:
    """How the i-th line of a picture is drawn; 40 lines differ in dash or marker."""
    return {
        "color": COLORS[i % len(COLORS)],
        "linestyle": DASHES[i % len(DASHES)],
        "marker": MARKERS[i % len(MARKERS)],
        "markersize": 7,
        "markeredgecolor": WHITE,  # a rim, so that it is seen on other lines
    }


def sequential() -> Any:
    """From white, nothing, to dark blue, the most."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("amount", [WHITE, "#A9CBE2", "#2F6A9B", "#0A2239"])


def diverging() -> Any:
    """Blue below zero, gray at zero, orange above; and ever lighter, so that gray copies keep the sign."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list(
        "sign", ["#04182E", "#0B4F8A", "#5E87AB", "#A3A3A3", "#E0A878", "#FBCF9A", "#FFF6E5"]
    )


def shades(values: Array, log: bool = False) -> dict[str, Any]:
    """A color scale for all values: from 0 up if none is negative, else the same on both sides of 0."""
    from matplotlib.colors import LogNorm, Normalize

    finite = values[np.isfinite(values)]
    if log:
        finite = finite[finite > 0]
        low, high = (finite.min(), finite.max()) if finite.size else (1, 10)
        return {"cmap": sequential(), "norm": LogNorm(low, high if high > low else 10 * low)}
    reach = float(np.abs(finite).max(initial=0)) or 1.0
    if (finite < 0).any():
        return {"cmap": diverging(), "norm": Normalize(-reach, reach)}
    return {"cmap": sequential(), "norm": Normalize(0, reach)}


def ink_on(color: Any) -> str:
    """Black or white, whichever is read better on this color."""
    from matplotlib.colors import to_rgb

    c = np.array(to_rgb(color))
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    luminance = linear @ [0.2126, 0.7152, 0.0722]
    return "#000000" if (luminance + 0.05) ** 2 > 1.05 * 0.05 else WHITE  # a contrast of 4.5 at least


def new_axes(ax: Any, height: float = 4.0, width: float = WIDTH) -> Any:
    """The given axes, or those of a new figure."""
    import matplotlib.pyplot as plt

    return plt.figure(figsize=(width, height), layout="constrained").add_subplot() if ax is None else ax


def new_grid(axes: Any, n: int, columns: int, width: float, height: float) -> Any:
    """The given axes, or those of a new figure, for n pictures of this size in inches: an array of them."""
    import matplotlib.pyplot as plt

    if axes is None:
        rows = max(1, -(-n // columns))
        size = (min(columns * width + 0.9, WIDTH), rows * height + 0.3)
        _, axes = plt.subplots(rows, columns, squeeze=False, figsize=size, layout="compressed")
    axes = np.asarray(axes, dtype=object)
    if axes.size < n:
        raise ValueError(f"axes must be as many as there are pictures, {n}, got {axes.size}")
    for ax in axes.flat[n:]:
        ax.set_axis_off()
    return axes


def show(ax: Any, picture: Array, **look: Any) -> None:
    """A picture (height, width), sharp. Where it has no numbers the hatched background shows."""
    hatch_background(ax)
    if picture.size:
        ax.imshow(picture, interpolation="nearest", **look)


def scale_beside(axes: Any, look: dict[str, Any], label: str = "") -> None:
    """The color scale of a whole grid."""
    from matplotlib.cm import ScalarMappable

    figure = axes.flat[0].figure
    inches = figure.get_size_inches()[1]
    share = min(1.0, 3.5 / inches)
    figure.colorbar(
        ScalarMappable(**look),
        ax=list(axes.flat),
        label=label,
        shrink=share,
        aspect=max(8.0, 7 * inches * share),
    )


def hatch_background(ax: Any) -> None:
    """What is not a number is not drawn: there the background shows."""
    ax.patch.set(hatch="xxx", edgecolor=GRAY, facecolor=WHITE)


def spread_out(count: int, room: int) -> Sequence[int]:
    """Which of `count` things in a row get a label where `room` labels fit."""
    return range(0, count, max(1, -(-count // room)))
