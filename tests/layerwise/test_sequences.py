"""The problems of memory: adding and copying."""

import numpy as np
import pytest

import layerwise as lw


@pytest.mark.parametrize(("n", "length"), [(0, 10), (1, 2), (200, 3), (200, 50)])
def test_adding(n, length):
    x, y = lw.data.adding(n, length)
    assert (x.shape, y.shape, x.dtype, y.dtype) == ((n, length, 2), (n, 1), np.float32, np.float32)
    numbers, marks = x[..., 0], x[..., 1]
    assert ((marks == 0) | (marks == 1)).all()
    half = length // 2
    assert (marks[:, :half].sum(axis=1) == 1).all()
    assert (marks[:, half:].sum(axis=1) == 1).all()
    for row, mark, total in zip(numbers, marks, y[:, 0], strict=True):
        assert total == row[mark == 1].sum()


def test_every_step_can_be_marked_and_the_numbers_are_uniform():
    x, y = lw.data.adding(20_000, 7)
    shares = x[..., 1].mean(axis=0)
    np.testing.assert_allclose(shares, [1 / 3] * 3 + [1 / 4] * 4, atol=0.02)
    assert 0 <= x[..., 0].min() < 0.001
    assert 0.999 < x[..., 0].max() < 1
    assert np.mean((y - 1) ** 2) == pytest.approx(1 / 6, rel=0.03)


@pytest.mark.parametrize(("n", "delay", "length", "symbols"), [(0, 1, 1, 1), (5, 1, 1, 2), (40, 20, 10, 8)])
def test_copying(n, delay, length, symbols):
    x, y = lw.data.copying(n, delay, length, symbols)
    assert x.shape == y.shape == (n, delay + 2 * length)
    assert x.dtype == y.dtype == np.int64
    for asked, answer in zip(x, y, strict=True):
        assert np.array_equal(asked[:length], answer[-length:])
        assert not answer[:-length].any()
        rest = [0] * (delay - 1) + [symbols + 1] + [0] * length
        assert asked[length:].tolist() == rest
    if n == 40:
        assert set(np.unique(x[:, :length])) == set(range(1, symbols + 1))


@pytest.mark.parametrize("draw", [lw.data.adding, lw.data.copying])
def test_the_seed_decides(draw):
    one, same, other = (draw(9, 12, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one[0], same[0])
    assert np.array_equal(one[1], same[1])
    assert not np.array_equal(one[0], other[0])
    assert np.array_equal(one[0], draw(9, 12, seed=np.random.default_rng(1))[0])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: lw.data.adding(-1, 5), r"adding\(\): n must be at least 0, got -1"),
        (lambda: lw.data.adding(1, 1), r"adding\(\): length must be at least 2, got 1"),
        (lambda: lw.data.copying(1, 0), r"copying\(\): delay must be at least 1, got 0"),
        (lambda: lw.data.copying(1, 1, length=0), r"copying\(\): length must be at least 1, got 0"),
        (lambda: lw.data.copying(1, 1, symbols=0), r"copying\(\): symbols must be at least 1, got 0"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()
