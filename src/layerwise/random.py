"""Random numbers: the generator that layers and samplers draw from when they are given none."""

import numpy as np

default_generator = np.random.Generator(np.random.SFC64())  # the fastest of NumPy's


def manual_seed(seed: int) -> np.random.Generator:
    """Start the default generator anew: the same seed, the same numbers from here on. Returns the generator.

    >>> import layerwise as lw
    >>> _ = lw.manual_seed(0)
    >>> first = lw.nn.Linear(2, 1).weight
    >>> _ = lw.manual_seed(0)
    >>> lw.equal(first, lw.nn.Linear(2, 1).weight)
    True
    """
    if not isinstance(seed, int | np.integer) or seed < 0:
        raise ValueError(f"manual_seed(): seed must be an integer from 0, got {seed!r}")
    default_generator.bit_generator.state = np.random.SFC64(seed).state
    return default_generator


def get_rng_state() -> dict[str, object]:
    """Where the default generator stands, for `set_rng_state`.

    >>> import layerwise as lw
    >>> state = lw.random.get_rng_state()
    >>> a = lw.random.default_generator.random()
    >>> lw.random.set_rng_state(state)
    >>> a == lw.random.default_generator.random()
    True
    """
    return dict(default_generator.bit_generator.state)


def set_rng_state(state: dict[str, object]) -> None:
    """Put the default generator back to where it was when `get_rng_state` was called.

    >>> import layerwise as lw
    >>> lw.random.set_rng_state(lw.random.get_rng_state())
    """
    default_generator.bit_generator.state = state
