"""Drawn shapes have their area, and digits are those of scikit-learn."""

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.svm import SVC

import layerwise as lw
from layerwise.data.drawing import OUTSIDE, SHAPES, draw

AREA = {  # of a shape in the circle of radius 1
    "disk": np.pi,
    "square": 2.0,
    "triangle": 3 * np.sqrt(3) / 4,
    "cross": 4 * 0.95 * 0.3 * 2 - 0.6**2,
    "ring": np.pi * (1 - 0.6**2),
    "bar": 4 * 0.95 * 0.3,
}


@pytest.mark.parametrize("name", SHAPES)
def test_area(name):
    """Anti-aliasing keeps it: the shares of the pixels add up to it, to within some tenths of a pixel."""
    rng = np.random.default_rng(0)
    n = 20
    radius, center, angle = rng.uniform(6, 20, n), 32 + rng.uniform(-5, 5, (n, 2)), rng.uniform(0, 6.3, n)
    cover = draw(name, 64, center, radius, angle)
    assert cover.min() >= 0
    assert cover.max() <= 1
    np.testing.assert_allclose(cover.sum(axis=(1, 2)), AREA[name] * radius**2, atol=2.0)
    masks = cover >= 0.5
    np.testing.assert_allclose(masks.sum(axis=(1, 2)), AREA[name] * radius**2, atol=0.35 * 2 * np.pi * 10)


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_fits_into_its_circle(name):
    u, v = np.meshgrid(*[np.linspace(-2, 2, 801)] * 2)
    inside = OUTSIDE[name](u, v) < 0
    farthest = np.hypot(u, v)[inside].max()
    assert 0.98 < farthest < 1.001


def test_place_and_turn():
    """The bar lies along the rows, and turns counterclockwise from there."""
    center, radius = np.array([[10.0, 20.0]]), np.array([8.0])
    cover = draw("bar", 32, center, radius, np.array([0.0]))[0]
    rows, columns = np.arange(32) + 0.5, np.arange(32) + 0.5
    assert (cover.sum(axis=1) @ rows) / cover.sum() == pytest.approx(10)
    assert (cover.sum(axis=0) @ columns) / cover.sum() == pytest.approx(20)
    assert cover.any(axis=0).sum() > cover.any(axis=1).sum()
    turned = draw("bar", 32, center, radius, np.array([np.pi / 6]))[0]
    down, right = np.nonzero(turned > 0.5)
    assert np.corrcoef(down, right)[0, 1] < -0.5  # up to the right


@pytest.mark.parametrize("objects", [1, 3])
@pytest.mark.parametrize("size", [8, 21, 32])
@pytest.mark.parametrize("n", [0, 1, 13])
def test_shapes(n, size, objects):
    x, y, masks, classes = lw.data.shapes(n, size, classes=("ring", "disk", "bar"), objects=objects)
    assert (x.shape, masks.shape, y.shape) == ((n, 1, size, size), (n, size, size), (n,))
    assert (x.dtype, masks.dtype, y.dtype) == (np.float32, np.int64, np.int64)
    assert classes == ("ring", "disk", "bar")
    assert set(np.unique(masks)) <= {0, 1, 2, 3}
    counts = np.bincount(y, minlength=3)
    assert counts.max() - counts.min() <= 1
    if n:
        assert 0 <= x.min() <= x.max() <= 1


def test_masks_are_where_it_is_bright():
    x, y, masks, _ = lw.data.shapes(60, noise=0)
    for picture, label, mask in zip(x[:, 0], y, masks, strict=True):
        assert set(np.unique(mask)) == {0, label + 1}
        assert picture[mask > 0].min() > picture[mask == 0].mean()
        bright, dark = picture.max(), picture.min()
        assert bright >= 0.6
        assert dark <= 0.3
        assert np.array_equal(mask > 0, picture >= (bright + dark) / 2)


def test_a_shape_lies_in_the_picture_as_a_whole():
    for mask in lw.data.shapes(300, size=24, classes=("disk",)).masks:
        height, width = mask.any(axis=1).sum(), mask.any(axis=0).sum()
        assert abs(height - width) <= 1  # a disk that is cut off would be narrower
        assert 2 * 0.2 * 24 - 1 <= height <= 2 * 0.35 * 24 + 1


def test_later_shapes_cover_earlier_ones_and_are_of_any_class():
    data = lw.data.shapes(200, size=24, objects=2, classes=("disk", "cross"))
    both = [len(np.unique(mask)) == 3 for mask in data.masks]
    assert 60 < sum(both) < 140


def test_noise_is_added_on_top():
    clean, noisy = (lw.data.shapes(50, noise=noise).x for noise in (0.0, 0.05))
    middle = (clean > 0.2) & (clean < 0.8)
    difference = (noisy - clean)[middle]
    assert abs(difference.mean()) < 0.002
    assert difference.std() == pytest.approx(0.05, rel=0.05)


def test_the_seed_decides():
    one, same, other = (lw.data.shapes(9, seed=seed) for seed in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(one[:3], same[:3], strict=True))
    assert not np.array_equal(one.x, other.x)
    assert np.array_equal(one.x, lw.data.shapes(9, seed=np.random.default_rng(1)).x)


def test_digits():
    x, y, classes = lw.data.digits()
    known = load_digits()
    assert (x.shape, x.dtype, y.dtype, len(classes)) == ((1797, 1, 8, 8), np.float32, np.int64, 10)
    assert np.array_equal(x.reshape(1797, 64) * 16, known.data)
    assert np.array_equal(y, known.target)
    training, test = lw.data.stratified_split(y, (0.5, 0.5))
    flat = x.reshape(-1, 64)
    assert SVC().fit(flat[training], y[training]).score(flat[test], y[test]) > 0.97


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: lw.data.shapes(-1), r"shapes\(\): n must not be negative, got -1"),
        (lambda: lw.data.shapes(1, size=7), r"shapes\(\): size must be at least 8, got 7"),
        (lambda: lw.data.shapes(1, noise=-1), r"shapes\(\): noise .* got -1"),
        (
            lambda: lw.data.shapes(1, classes=("disk", "star")),
            r"shapes\(\): classes .* got \('disk', 'star'\)",
        ),
        (lambda: lw.data.shapes(1, classes="disk"), r"shapes\(\): classes .* got 'disk'"),
        (lambda: lw.data.shapes(1, classes=()), r"shapes\(\): classes .* got \(\)"),
        (lambda: lw.data.shapes(1, objects=0), r"shapes\(\): objects .* got 0"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()
