"""Grids of pictures, attention maps, confusion matrices: what is drawn is what was given."""

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

import layerwise as lw
from layerwise.plot import style


@pytest.fixture(autouse=True)
def _figures():
    matplotlib.use("agg")
    yield
    plt.close("all")


def pictures(axes):
    return [np.asarray(ax.images[0].get_array()) for ax in axes.flat if ax.images]


def texts(ax):
    return [text.get_text() for text in ax.texts]


def labels(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


rng = np.random.default_rng(0)


@pytest.mark.parametrize("shape", [(5, 4, 3), (5, 1, 4, 3), (5, 3, 4, 3)])
def test_images(shape):
    x = rng.random(shape)
    axes = lw.plot.images(torch.tensor(x), titles=["a", "b", "c", "d", "e"], columns=3)
    assert axes.shape == (2, 3)
    for picture, given in zip(pictures(axes), x, strict=True):
        np.testing.assert_array_equal(
            picture, np.moveaxis(given, 0, -1).squeeze() if given.ndim == 3 else given
        )
    assert [ax.get_title() for ax in axes.flat[:5]] == ["a", "b", "c", "d", "e"]
    assert axes[0, 0].images[0].get_clim() == (0, 1)
    assert not axes[1, 2].axison


def test_images_beyond_0_and_1_keep_their_order():
    x = np.array([[[0, 100, 200]], [[250, 50, 0]]])
    np.testing.assert_array_equal(pictures(lw.plot.images(x)), x / 250)
    np.testing.assert_array_equal(pictures(lw.plot.images(x - 125)), x / 250)
    x = np.array([[[0.25, np.nan, 0.75]]])
    np.testing.assert_array_equal(pictures(lw.plot.images(x)), x)


def test_filters_of_one_input_channel():
    weight = lw.nn.Conv2d(1, 6, 3).weight
    given = weight.detach().numpy()[:, 0]
    axes = lw.plot.filters(weight, columns=4)
    assert axes.shape == (2, 4)
    np.testing.assert_array_equal(pictures(axes), given)
    assert [ax.get_title() for ax in axes.flat[:6]] == list("012345")
    reach = np.abs(given).max()
    assert {ax.images[0].get_clim() for ax in axes.flat[:6]} == {(-reach, reach)}
    assert len(axes[0, 0].figure.axes) == 9  # the scale


def test_filters_of_several_input_channels():
    weight = rng.standard_normal((2, 3, 4, 5))
    axes = lw.plot.filters(weight)
    assert axes.shape == (2, 3)
    for i, j in np.ndindex(2, 3):
        np.testing.assert_array_equal(axes[i, j].images[0].get_array(), weight[i, j])
    assert [ax.get_title() for ax in axes[0]] == ["in 0", "in 1", "in 2"]
    assert [ax.get_ylabel() for ax in axes[:, 0]] == ["out 0", "out 1"]
    alone = lw.plot.filters(weight, common=False)
    limits = np.abs(weight).max(axis=(2, 3))
    for i, j in np.ndindex(2, 3):
        assert alone[i, j].images[0].get_clim() == (-limits[i, j], limits[i, j])
    assert alone[0, 1].get_title() == f"in 1: {limits[0, 1]:.2g}"
    assert alone[1, 1].get_title() == f"{limits[1, 1]:.2g}"
    assert len(alone[0, 0].figure.axes) == 6


def test_feature_maps():
    maps = rng.random((3, 4, 4))
    axes = lw.plot.feature_maps(lw.tensor(maps[np.newaxis]), ["edge", "corner", "spot"])
    assert axes.shape == (1, 3)
    np.testing.assert_array_equal(pictures(axes), maps)
    assert axes[0, 0].images[0].get_clim() == (0, maps.max())
    assert axes[0, 1].get_title() == "corner"
    maps[0, 0, 0] = np.nan
    maps[1] = 0
    axes = lw.plot.feature_maps(maps, common=False)
    np.testing.assert_array_equal(pictures(axes)[0][0, 1:], maps[0, 0, 1:])
    assert axes[0, 0].patch.get_hatch()
    assert axes[0, 1].get_title() == "1: 0"
    axes[0, 0].figure.canvas.draw()


@pytest.mark.filterwarnings("error")
def test_grids_of_nothing_and_of_one_number():
    for draw, shapes in (
        (lw.plot.images, [(0, 4, 4), (1, 1, 1), (2, 0, 0)]),
        (lw.plot.filters, [(0, 1, 4, 4), (0, 3, 4, 4), (4, 0, 3, 3), (1, 1, 1, 1), (2, 1, 0, 0)]),
        (lw.plot.feature_maps, [(0, 4, 4), (1, 1, 1)]),
        (lw.plot.attention, [(0, 3, 3), (1, 1, 1), (0, 0)]),
    ):
        for shape in shapes:
            draw(np.ones(shape)).flat[0].figure.canvas.draw()


def test_attention_heads():
    weights = rng.random((5, 3, 3))
    weights /= weights.sum(axis=2, keepdims=True)
    axes = lw.plot.attention(torch.tensor(weights), ["the", "cat", "sat"])
    assert axes.shape == (2, 4)
    np.testing.assert_array_equal(pictures(axes), weights)
    assert {ax.images[0].get_clim() for ax in axes.flat[:5]} == {(0, weights.max())}
    assert [ax.get_title() for ax in axes.flat[:5]] == [f"head {i}" for i in range(5)]
    for i, ax in enumerate(axes.flat[:5]):  # words at the left and below, once
        assert labels(ax.yaxis) == (["the", "cat", "sat"] if i in (0, 4) else [])
        assert labels(ax.xaxis) == (["the", "cat", "sat"] if i in (1, 2, 3, 4) else [])
    written = [text for row in weights[0] for text in (f"{w:.2f}" for w in row)]
    assert texts(axes[0, 0]) == written


def test_attention_between_two_texts():
    weights = np.eye(2, 3)
    (ax,) = lw.plot.attention(weights, ["le", "chat"], keys=["the", "old", "cat"]).flat
    assert labels(ax.yaxis) == ["le", "chat"]
    assert labels(ax.xaxis) == ["the", "old", "cat"]
    assert texts(ax) == ["1.00", "0.00", "0.00", "0.00", "1.00", "0.00"]
    assert [text.get_color() for text in ax.texts][:2] == [style.WHITE, "#000000"]
    (ax,) = lw.plot.attention(weights).flat
    assert (labels(ax.yaxis), labels(ax.xaxis)) == (["0", "1"], ["0", "1", "2"])


def test_long_texts_label_every_other_word_or_fewer():
    words = [str(i) for i in range(100)]
    axes = lw.plot.attention(np.eye(100)[np.newaxis].repeat(2, axis=0), words)
    shown = labels(axes[0, 0].yaxis)
    assert shown == words[:: int(shown[1])]
    assert len(shown) <= 20
    assert texts(axes[0, 0]) == []


def test_confusion_matrix():
    y = np.repeat([0, 0, 1, 2], 50)
    predicted = np.concatenate([np.repeat([0, 1], [98, 2]), np.repeat([0, 2], [20, 30]), np.full(50, 2)])
    ax = lw.plot.confusion_matrix(
        lw.tensor(y), torch.tensor(predicted), classes=["cat", "dog", "sloth", "yak"]
    )
    counts = [
        ["98\n98%", "2\n2%", "0", "0"],
        ["20\n40%", "0", "30\n60%", "0"],
        ["0", "0", "50\n100%", "0"],
        ["0"] * 4,
    ]
    assert texts(ax) == [text for row in counts for text in row]
    assert [text.get_position() for text in ax.texts][:5] == [(0, 0), (1, 0), (2, 0), (3, 0), (0, 1)]
    shares = np.array([[0.98, 0.02, 0, 0], [0.4, 0, 0.6, 0], [0, 0, 1, 0], [0, 0, 0, 0]])
    np.testing.assert_array_equal(ax.images[0].get_array(), shares)
    assert [text.get_color() for text in ax.texts][:2] == [style.WHITE, "#000000"]
    assert labels(ax.xaxis) == labels(ax.yaxis) == ["cat", "dog", "sloth", "yak"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted class", "true class")


def test_confusion_of_many_classes_and_of_none():
    y = np.arange(15)
    ax = lw.plot.confusion_matrix(y, y)
    assert texts(ax).count("1") == 15
    assert set(texts(ax)) == {"1"}
    ax = lw.plot.confusion_matrix(np.arange(30), np.arange(30))
    assert texts(ax) == []
    assert ax.figure.axes[1].get_ylabel() == "share of the true class"
    assert texts(lw.plot.confusion_matrix([], [])) == ["0"]
    assert texts(lw.plot.confusion_matrix([], [], classes=["a", "b"])) == ["0"] * 4


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (
            lambda: lw.plot.images(np.ones((2, 2, 4, 4))),
            r"images\(\): x must have shape .*got \(2, 2, 4, 4\)",
        ),
        (lambda: lw.plot.images(np.ones((4, 4))), r"x must have shape \(n, height, width\), .*got \(4, 4\)"),
        (lambda: lw.plot.images(np.ones((2, 4, 4)), ["a"]), r"images\(\): titles must be 2, got 1"),
        (lambda: lw.plot.filters(np.ones((4, 4))), r"filters\(\): weight must have shape .*got \(4, 4\)"),
        (lambda: lw.plot.filters(np.ones((64, 3, 2, 2))), r"filters\(\): at most 144 pictures fit, got 192"),
        (lambda: lw.plot.feature_maps(np.ones((2, 3, 4, 4))), r"of one example, got \(2, 3, 4, 4\)"),
        (
            lambda: lw.plot.feature_maps(np.ones((2, 4, 4)), "abc"),
            r"feature_maps\(\): titles must be 2, got 3",
        ),
        (
            lambda: lw.plot.attention(np.ones((2, 2, 3, 3))),
            r"attention\(\): weights must .*got \(2, 2, 3, 3\)",
        ),
        (lambda: lw.plot.attention(np.eye(3), "ab"), r"attention\(\): tokens must be 3, got 2"),
        (lambda: lw.plot.attention(np.eye(3), "abc", "ab"), r"attention\(\): keys must be 3, got 2"),
        (lambda: lw.plot.confusion_matrix([0, 1], [0]), r"must have shape \(n,\), got \(2,\) and \(1,\)"),
        (lambda: lw.plot.confusion_matrix([0, -1], [0, 1]), "whole numbers from 0 to 1, got -1"),
        (lambda: lw.plot.confusion_matrix([0, 0.5], [0, 1]), "whole numbers from 0 to 1, got 0.5"),
        (lambda: lw.plot.confusion_matrix([0, 2], [0, 1], classes="ab"), "whole numbers from 0 to 1, got 2"),
    ],
)
def test_errors(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()
    assert not plt.get_fignums()
