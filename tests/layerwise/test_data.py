"""The toy data are what they promise, and the same for the same seed."""

import numpy as np
import pytest
from sklearn.svm import SVC

import layerwise as lw

DRAWS = {
    "gaussians": lambda n, seed: lw.data.gaussians(n, 0.1, seed),
    "gaussians in 5 dimensions": lambda n, seed: lw.data.gaussians(n, 0.1, seed, dim=5),
    "xor": lambda n, seed: lw.data.xor(n, 0.1, seed),
    "moons": lambda n, seed: lw.data.moons(n, 0.1, seed),
    "circles": lambda n, seed: lw.data.circles(n, 0.1, seed=seed),
    "spirals": lambda n, seed: lw.data.spirals(n, 0.1, seed=seed),
}


@pytest.mark.parametrize("n", [0, 1, 4, 101])
@pytest.mark.parametrize("name", DRAWS)
def test_shapes_formats_and_balance(name, n):
    x, y = DRAWS[name](n, 0)
    assert x.shape == (n, 5 if "5" in name else 2)
    assert y.shape == (n,)
    assert (x.dtype, y.dtype) == (np.float64, np.int64)
    assert abs(int(y.sum()) - n / 2) <= 0.5
    assert np.isfinite(x).all()


@pytest.mark.parametrize("name", DRAWS)
def test_the_seed_decides(name):
    draw = DRAWS[name]
    x, y = draw(50, 3)
    again, other, generator = draw(50, 3), draw(50, 4), draw(50, np.random.default_rng(3))
    assert np.array_equal(x, again[0])
    assert np.array_equal(y, again[1])
    assert np.array_equal(x, generator[0])
    assert not np.array_equal(x, other[0])


@pytest.mark.parametrize("dim", [1, 2, 10])
@pytest.mark.parametrize("margin", [0.0, 0.05, 0.2, 1.0])
def test_the_margin_holds(margin, dim):
    for seed in range(30):
        x, y = lw.data.gaussians(200, margin, seed, dim)
        u, c = lw.data.hyperplane(seed, dim)
        assert np.isclose(np.linalg.norm(u), 1)
        distances = (2 * y - 1) * (x @ u + c)
        assert distances.min() >= margin
        assert distances.min() < margin + 0.15  # and is not larger by much


def test_the_margin_is_no_smaller_than_a_support_vector_machine_finds():
    x, y = lw.data.gaussians(100, 0.2, seed=0)
    widest = 1 / np.linalg.norm(SVC(kernel="linear", C=1e6).fit(x, y).coef_)
    assert widest >= 0.2


def test_the_clouds_are_gaussian():
    x, y = lw.data.gaussians(20_000, margin=0.5, seed=0)
    u, c = lw.data.hyperplane(0)
    for label, side in enumerate((-1, 1)):
        distances = side * (x[y == label] @ u + c)  # normal: mean 0.9, spread 0.2, cut off at 0.5
        assert abs(np.median(distances) - 0.9) < 0.01
        along = x[y == label] @ [-u[1], u[0]]
        assert abs(along.mean()) < 0.01
        assert abs(along.std() - 0.2) < 0.01


def test_xor_without_noise_is_the_four_corners():
    x, y = lw.data.xor()
    assert x.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert y.tolist() == [0, 1, 1, 0]
    x, y = lw.data.xor(8, noise=0.0)
    assert np.array_equal(x[:4], x[4:])
    x, y = lw.data.xor(4000, noise=0.1)
    assert np.array_equal((x.round() % 2).sum(axis=1) == 1, y == 1)
    assert abs((x - x.round()).std() - 0.1) < 0.005


def test_moons_are_half_circles():
    x, y = lw.data.moons(500, noise=0.0, seed=1)
    upper, lower = x[y == 0], x[y == 1]
    np.testing.assert_allclose(np.linalg.norm(upper, axis=1), 1)
    np.testing.assert_allclose(np.linalg.norm(lower - [1, 0.5], axis=1), 1)
    assert upper[:, 1].min() >= 0
    assert upper[:, 0].min() < -0.998  # from end to end
    assert upper[:, 0].max() > 0.998
    assert lower[:, 1].max() <= 0.5
    noisy, labels = lw.data.moons(5000, noise=0.3, seed=1)
    radius = np.linalg.norm(noisy[labels == 0], axis=1)
    assert 0.25 < radius.std() < 0.35


def test_circles_are_circles():
    x, y = lw.data.circles(1000, noise=0.0, inner=0.3)
    radius, angle = np.linalg.norm(x, axis=1), np.arctan2(x[:, 1], x[:, 0])
    np.testing.assert_allclose(radius, np.where(y == 0, 1, 0.3))
    for label in (0, 1):
        assert np.diff(np.sort(angle[y == label])).max() < 0.2  # all around
    noisy, labels = lw.data.circles(5000, noise=0.1)
    assert np.linalg.norm(noisy[labels == 0], axis=1).std() == pytest.approx(0.1, rel=0.1)


@pytest.mark.parametrize(("classes", "turns"), [(1, 1.0), (2, 2.0), (5, 0.5)])
def test_spirals_are_arms_of_equal_shape(classes, turns):
    x, y = lw.data.spirals(900, noise=0.0, classes=classes, turns=turns)
    assert np.bincount(y).tolist() == [900 // classes] * classes
    radius, angle = np.linalg.norm(x, axis=1), np.arctan2(x[:, 1], x[:, 0])
    expected = 2 * np.pi * (turns * radius + y / classes)
    np.testing.assert_allclose(np.exp(1j * angle), np.exp(1j * expected), atol=1e-9)
    assert 0.95 < radius.max() <= 1
    assert np.median(radius) == pytest.approx(np.sqrt(0.5), abs=0.05)
    noisy, labels = lw.data.spirals(5000, noise=0.02, classes=1, turns=0)  # an arm that is straight
    assert noisy[labels == 0][:, 1].std() == pytest.approx(0.02, rel=0.1)


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: lw.data.gaussians(-1), "n must not be negative, got -1"),
        (lambda: lw.data.gaussians(4, margin=-0.1), "margin .* got -0.1"),
        (lambda: lw.data.gaussians(4, margin=np.nan), "margin .* got nan"),
        (lambda: lw.data.gaussians(4, dim=0), "dim must be at least 1, got 0"),
        (lambda: lw.data.xor(4, noise=-1), "noise .* got -1"),
        (lambda: lw.data.moons(4, noise=np.inf), "noise .* got inf"),
        (lambda: lw.data.circles(4, inner=-1), "inner .* got -1"),
        (lambda: lw.data.circles(4, noise=-1), "noise .* got -1"),
        (lambda: lw.data.spirals(4, turns=-1), "turns .* got -1"),
        (lambda: lw.data.spirals(4, classes=0), "classes must be at least 1, got 0"),
    ],
)
def test_errors(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()
