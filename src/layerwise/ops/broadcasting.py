"""What every operation on two arrays needs: the names of its types, and the way back from a broadcast."""

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Shape = tuple[int, ...]
Needs = tuple[bool, ...]
Gradients = tuple[Array | None, ...]


# Broadcasting copies a number to many places; its gradient is the sum over all of them.
def sum_to(gradient: Array, shape: Shape) -> Array:
    """Sum `gradient` over the dimensions that broadcasting added to an array of this shape, or stretched."""
    if gradient.shape == shape:
        return gradient
    added = gradient.ndim - len(shape)
    stretched = (added + i for i, size in enumerate(shape) if size == 1)
    summed: Array = np.sum(gradient, axis=(*range(added), *stretched))
    return summed.reshape(shape)
