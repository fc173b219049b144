"""Augmentation does what it says, to pictures and what goes with them, and the generator decides."""

import numpy as np
import pytest
import scipy.ndimage
import torch

import layerwise as lw
from layerwise.data import Affine, Compose, Crop, Cutout, Flip, Mixup, Noise, Normalize
from layerwise.data.warp import warp

TRANSFORMS = {
    "flip": Flip(),
    "flip vertically": Flip(0.3, vertical=True),
    "crop": Crop((5, 4), padding=1),
    "affine": Affine(30, 0.2, (0.8, 1.2), 10),
    "noise": Noise(0.2),
    "cutout": Cutout(3),
    "mixup": Mixup(4, alpha=1),
    "compose": Compose([Flip(), Crop(6), Noise(0.1)]),
}


def rng(seed=0):
    return np.random.default_rng(seed)


def pictures(n=6, height=7, width=8, dtype=np.float64):
    return rng(7).standard_normal((n, 2, height, width)).astype(dtype)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", TRANSFORMS)
def test_the_generator_decides_and_the_rest_is_kept(name, dtype):
    transform, x, y = TRANSFORMS[name], pictures(dtype=dtype), np.array([0, 1, 2, 3, 0, 1])
    before = x.copy()
    (one, classes), (same, _), (other, _) = (transform(x, y, rng(seed)) for seed in (3, 3, 4))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)
    assert np.array_equal(x, before)
    assert one.dtype == dtype
    assert not np.shares_memory(one, x)
    assert one.shape[:2] == x.shape[:2]
    if name != "mixup":
        assert classes is y
        assert transform(x, None, rng())[1] is None


@pytest.mark.parametrize("name", TRANSFORMS)
def test_no_pictures(name):
    x, y = TRANSFORMS[name](pictures(n=0), np.zeros(0, np.int64), rng())
    assert (len(x), len(y)) == (0, 0)


@pytest.mark.parametrize("name", ["flip", "flip vertically", "crop", "compose"])
def test_masks_move_with_their_pictures(name):
    masks = rng(1).integers(0, 5, (9, 7, 8))
    x, y = TRANSFORMS[name](masks[:, None].astype(np.float64), masks, rng(5))
    assert y.dtype == masks.dtype
    np.testing.assert_allclose(x[:, 0], y, atol=0.5 if name == "compose" else 0)  # compose adds noise of 0.1


def test_flip():
    x = pictures(1000, 2, 3)
    for vertical, axis in ((False, 3), (True, 2)):
        y, _ = Flip(0.3, vertical)(x, None, rng())
        mirrored = (y == np.flip(x, axis)).all(axis=(1, 2, 3))
        assert ((y == x).all(axis=(1, 2, 3)) ^ mirrored).all()
        assert 0.26 < mirrored.mean() < 0.34
    assert np.array_equal(Flip(0)(x, None, rng())[0], x)
    assert np.array_equal(Flip(1)(x, None, rng())[0], x[..., ::-1])


def test_crop_takes_every_window_equally_often():
    x = np.arange(1.0, 13).reshape(1, 1, 3, 4)
    framed = np.zeros((5, 6))
    framed[1:4, 1:5] = x[0, 0]
    windows = {
        framed[i : i + 2, j : j + 4].tobytes(): 0 for i in range(4) for j in range(3)
    }  # twelve, all different
    y, _ = Crop((2, 4), padding=1)(np.repeat(x, 6000, axis=0), None, rng())
    for window in y[:, 0]:
        windows[window.tobytes()] += 1
    assert len(windows) == 12
    assert all(400 < count < 600 for count in windows.values())


def test_quarter_turns_and_whole_steps_are_exact():
    x = pictures(3, 6, 6)
    for turns in (-1, 1, 2):
        y, _ = Affine(degrees=(90 * turns, 90 * turns))(x, None, rng())
        np.testing.assert_allclose(y, np.rot90(x, turns, axes=(2, 3)), atol=1e-12)
    y, _ = Affine(shift=(0.5, 0.5))(x, None, rng())
    np.testing.assert_allclose(y[:, :, 3:, 3:], x[:, :, :3, :3], atol=1e-12)
    assert not y[:, :, :3].any()
    assert not y[:, :, :, :3].any()


def test_affine_is_shear_then_scale_then_turn_then_shift():
    x, masks = pictures(2, 9, 12), rng(1).integers(0, 5, (2, 9, 12))
    y, moved_masks = Affine((25, 25), (0.1, 0.1), (1.3, 1.3), (15, 15))(x, masks, rng())
    turn, lean = np.radians(25), np.tan(np.radians(15))

    def forward(row, column):  # x to the right, y up
        z = complex(column + lean * -row, -row) * 1.3 * np.exp(1j * turn)
        return [-z.imag, z.real]

    a = np.array([forward(1, 0), forward(0, 1)]).T
    middle, t = np.array([4, 5.5]), np.array([0.9, 1.2])
    inverse = np.linalg.inv(a)
    offset = middle - inverse @ (middle + t)
    before, after = [*x.reshape(-1, 9, 12), *masks], [*y.reshape(-1, 9, 12), *moved_masks]
    for picture, moved in zip(before, after, strict=True):
        order = 1 if picture.dtype == np.float64 else 0  # of masks the nearest pixel
        expected = scipy.ndimage.affine_transform(picture, inverse, offset, order=order, mode="grid-constant")
        np.testing.assert_allclose(moved, expected, atol=1e-12)


def test_affine_draws_from_the_whole_range():
    x = np.zeros((400, 1, 41, 41))
    x[:, 0, 20, 35] = 1  # a dot, 15 to the right of the middle
    y, _ = Affine(degrees=30, scale=(0.8, 1.2))(x, None, rng())
    total = y.sum(axis=(1, 2, 3))
    down = (y[:, 0] * np.arange(-20, 21)[:, None]).sum(axis=(1, 2)) / total
    right = (y[:, 0] * np.arange(-20, 21)).sum(axis=(1, 2)) / total
    angle, length = np.degrees(np.arctan2(-down, right)), np.hypot(right, down) / 15
    for value, low, high in ((angle, -30, 30), (length, 0.8, 1.2)):
        reach = high - low
        assert low - 0.03 * reach < value.min() < low + 0.05 * reach
        assert high - 0.05 * reach < value.max() < high + 0.03 * reach
        assert abs(np.mean(value > (low + high) / 2) - 0.5) < 0.1


@pytest.mark.parametrize("mode", ["bilinear", "nearest"])
def test_warp_against_torch(mode):
    n, h, w = 5, 8, 11
    x = pictures(n, h, w)
    matrix, offset = rng(1).standard_normal((n, 2, 2)), rng(2).standard_normal((n, 2))
    # torch has x before y, and both from -1 to 1 over the whole picture
    size = np.array([h, w])
    theta = np.zeros((n, 2, 3))
    theta[:, :, :2] = (matrix * size / size[:, None])[:, ::-1, ::-1]
    theta[:, :, 2] = (2 * offset / size)[:, ::-1]
    grid = torch.nn.functional.affine_grid(torch.tensor(theta), (n, 2, h, w), align_corners=False)
    expected = torch.nn.functional.grid_sample(torch.tensor(x), grid, mode, align_corners=False)
    y = warp(x, matrix, offset, nearest=mode == "nearest")
    np.testing.assert_allclose(y, expected.numpy(), rtol=1e-9, atol=1e-9)


def test_transforms_show_their_options():
    assert repr(Compose([Crop(3), Affine(10)])) == (
        "Compose(transforms=[Crop(size=(3, 3), padding=0), "
        "Affine(degrees=(-10, 10), shift=(0.0, 0.0), scale=(1.0, 1.0), shear=(0.0, 0.0))])"
    )
    assert repr(Normalize([0], [1])) == "Normalize(mean=[0.0], std=[1.0])"


def test_noise():
    x = np.full((2, 1, 200, 200), 5.0)
    y, _ = Noise(0.3)(x, None, rng())
    assert abs((y - x).mean()) < 0.005
    assert abs((y - x).std() - 0.3) < 0.005
    assert np.array_equal(Noise(0)(x, None, rng())[0], x)


def test_cutout_blanks_one_square_anywhere():
    x = np.ones((3000, 2, 6, 8))
    y, _ = Cutout(3, fill=-2)(x, None, rng())
    blank = y[:, 0] == -2
    assert np.array_equal(y[:, 1] == -2, blank)
    assert (y[:, 0][~blank] == 1).all()
    for picture in blank:
        rows, columns = np.flatnonzero(picture.any(axis=1)), np.flatnonzero(picture.any(axis=0))
        assert np.array_equal(picture, np.outer(picture.any(axis=1), picture.any(axis=0)))
        assert len(rows) == rows[-1] - rows[0] + 1
        assert (len(rows) == 3) | (rows[0] == 0) | (rows[-1] == 5)  # cut off at the border only
        assert (len(columns) == 3) | (columns[0] == 0) | (columns[-1] == 7)
    assert blank[:, 0, 0].mean() == pytest.approx(4 / 48, abs=0.02)  # from 4 of 48 middles it is seen
    assert blank[:, 3, 3].mean() == pytest.approx(9 / 48, abs=0.02)


@pytest.mark.parametrize("alpha", [0.2, 1.0])
def test_mixup_blends_pictures_and_classes_alike(alpha):
    n = 1000
    x = np.broadcast_to(np.arange(n)[:, None, None, None], (n, 1, 2, 2)).astype(np.float64)
    blended, y = Mixup(n, alpha)(x, np.arange(n), rng())
    np.testing.assert_allclose(y.sum(axis=1), 1)
    assert ((y > 0).sum(axis=1) <= 2).all()
    np.testing.assert_allclose(blended, (y @ np.arange(n))[:, None, None, None] + np.zeros((1, 2, 2)))
    own = y[np.arange(n), np.arange(n)]  # λ, which has mean 1/2 and variance 1 / (4 (2 α + 1))
    assert abs(own.mean() - 0.5) < 0.03
    assert own.var() == pytest.approx(1 / (4 * (2 * alpha + 1)), rel=0.05)
    assert np.array_equal(y, Mixup(n, alpha)(x, np.eye(n), rng())[1])  # shares are blended too


def test_mixed_classes_go_into_cross_entropy():
    x, y = Mixup(3)(pictures(4, dtype=np.float32), np.array([0, 1, 2, 0]), rng())
    logits = x[:, 0, 0, :3]
    loss = lw.nn.functional.cross_entropy(lw.tensor(logits), lw.tensor(y))
    expected = -(y * (logits - np.log(np.exp(logits).sum(axis=1, keepdims=True)))).sum(axis=1).mean()
    assert loss.item() == pytest.approx(expected, rel=1e-5)


def test_compose_is_one_after_the_other():
    first, second, generator = Noise(0.1), Crop(4), rng(2)
    expected, _ = second(*first(pictures(), None, generator), generator)
    assert np.array_equal(Compose([first, second])(pictures(), None, rng(2))[0], expected)


def test_the_loader_changes_every_batch_anew():
    data = lw.data.TensorDataset(pictures(), np.arange(6))
    loader = lw.data.DataLoader(data, batch_size=2, transform=Compose([Flip(), Mixup(6)]), seed=1)
    first, second = ([x for x, _ in loader] for _ in range(2))
    assert not np.array_equal(np.concatenate(first), np.concatenate(second))
    loader.set_epoch(0)
    assert np.array_equal(np.concatenate(first), np.concatenate([x for x, _ in loader]))


@pytest.mark.parametrize("shape", [(50, 3), (20, 3, 4, 5)])
def test_normalize(shape):
    x = rng().normal([[1.0], [20.0], [-300.0]], [[1.0], [2.0], [30.0]], (*shape[:1], 3, 20))
    x = np.moveaxis(x, 1, 2)[:, : int(np.prod(shape[2:], dtype=int))]
    x = np.moveaxis(x, 2, 1).reshape(shape)
    normalize = Normalize.fit(x)
    y, labels = normalize(x, "labels", None)
    assert labels == "labels"
    rows = np.moveaxis(y, 1, -1).reshape(-1, 3)
    np.testing.assert_allclose(rows.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(rows.std(axis=0), 1)
    np.testing.assert_allclose(normalize.inverse(y), x)
    assert normalize(x.astype(np.float32))[0].dtype == np.float32


def test_normalize_is_fit_on_the_training_part_alone():
    training, test = np.array([[0.0], [2.0]]), np.array([[11.0]])
    assert Normalize.fit(training)(test)[0].tolist() == [[10.0]]


def test_a_constant_feature_becomes_zero():
    x = np.array([[3.0, 1.0], [3.0, 2.0]])
    assert Normalize.fit(x)(x)[0].tolist() == [[0, -1], [0, 1]]
    x = np.full((7, 1), 0.1)  # whose mean is not quite 0.1
    assert x.mean() != 0.1
    np.testing.assert_allclose(Normalize.fit(x)(x)[0], 0, atol=1e-15)


def test_normalize_keeps_digits_of_large_float32():
    x = (1e4 + rng().standard_normal((100_000, 2))).astype(np.float32)
    normalize = Normalize.fit(x)
    np.testing.assert_allclose(normalize.mean, x.astype(np.float64).mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(normalize.std, x.astype(np.float64).std(axis=0), rtol=1e-9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x, y: Flip(1.5), r"Flip\(\): probability .* got 1.5"),
        (lambda x, y: Crop(0), r"Crop\(\): size .* got 0"),
        (lambda x, y: Crop(3, padding=-1), r"Crop\(\): padding .* got -1"),
        (
            lambda x, y: Crop(8)(x, y, rng()),
            r"Crop\(\): size \(8, 8\) is more than .* \(7, 8\) with padding 0",
        ),
        (lambda x, y: Affine(degrees=(3, 2)), r"Affine\(\): degrees .* got \(3, 2\)"),
        (lambda x, y: Affine(scale=(0, 1)), r"Affine\(\): scale must be positive, got \(0, 1\)"),
        (lambda x, y: Affine(shear=90), r"Affine\(\): shear .* got 90"),
        (lambda x, y: Noise(-1), r"Noise\(\): std .* got -1"),
        (lambda x, y: Cutout(0), r"Cutout\(\): size .* got 0"),
        (lambda x, y: Mixup(0), r"Mixup\(\): classes .* got 0"),
        (lambda x, y: Mixup(3, alpha=0), r"Mixup\(\): alpha .* got 0"),
        (lambda x, y: Mixup(3)(x, None, rng()), r"Mixup\(\): y must be classes .* got None"),
        (lambda x, y: Mixup(3)(x, y, rng()), r"Mixup\(\): y must hold classes from 0 to 2, got \[0 1"),
        (lambda x, y: Mixup(3)(x, np.zeros((6, 7, 8)), rng()), r"Mixup\(\): y .* got shape \(6, 7, 8\)"),
        (lambda x, y: Flip()(x[0], y, rng()), r"Flip: x must be pictures .* got float64 \(2, 7, 8\)"),
        (lambda x, y: Flip()(x.astype(int), y, rng()), "Flip: x must be pictures .* of floats, got int64"),
        (lambda x, y: Flip()(x, y[:2], rng()), r"Flip: y must go with the 6 pictures of x, got shape \(2,\)"),
        (lambda x, y: Flip()(x, x[:, 0, 1:], rng()), r"Flip: y, masks, .* size \(7, 8\), got \(6, 8\)"),
        (lambda x, y: Normalize([0], [-1]), r"Normalize\(\): mean and std must be finite"),
        (lambda x, y: Normalize([0], [1, 2]), r"Normalize\(\): mean and std must be \(features,\)"),
        (lambda x, y: Normalize.fit(np.zeros((0, 3))), r"Normalize.fit\(\): x .* got shape \(0, 3\)"),
        (lambda x, y: Normalize([0], [1])(x), r"Normalize: x must be floats \(n, 1, …\), got float64 \(6, 2"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call(pictures(), np.array([0, 1, 2, 3, 0, 1]))


@pytest.mark.parametrize("name", [name for name in TRANSFORMS if name != "compose"])
def test_without_a_generator(name):
    with pytest.raises(TypeError, match=r"rng must be a numpy.random.Generator, got int"):
        TRANSFORMS[name](pictures(), np.zeros(6, np.int64), 0)
