"""Numbers over time and by layer: what is drawn is what was given."""

import itertools

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

import layerwise as lw
from layerwise.plot import style

NAN, INF = float("nan"), float("inf")


@pytest.fixture(autouse=True)
def _figures():
    matplotlib.use("agg")
    yield
    plt.close("all")


def drawn(ax):
    """The lines with a name, by it."""
    return {line.get_label(): line for line in ax.lines if not line.get_label().startswith("_")}


def crosses(ax):
    return [line for line in ax.lines if line.get_marker() == "x"]


def looks(ax):
    """Dash, marker, and whether that is filled, of all lines in the legend."""
    handles = ax.get_legend().legend_handles
    return [(h.get_linestyle(), h._dash_pattern, h.get_marker(), h.get_markerfacecolor()) for h in handles]


def test_a_run_is_drawn_as_it_is():
    history = {"epoch": [3, 4, 5], "train loss": [3.0, 2.0, 1.0], "validation loss": [4.0, 3.0, 3.5]}
    history |= {"train accuracy": [0.1, 0.2, 0.3]}
    ax = lw.plot.learning_curves(history)
    lines = drawn(ax)
    assert list(lines) == ["train loss", "validation loss"]  # the losses
    assert lines["train loss"].get_xydata().tolist() == [[3, 3], [4, 2], [5, 1]]
    assert lines["validation loss"].get_ydata().tolist() == [4, 3, 3.5]
    assert not ax.collections  # no band
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_yscale()) == ("epoch", "loss", "linear")
    assert [text.get_text() for text in ax.get_legend().get_texts()] == list(lines)
    assert ax.get_legend().get_title().get_text() == ""
    both = lw.plot.learning_curves(history, keys=["train loss", "train accuracy"], log=True)
    assert list(drawn(both)) == ["train loss", "train accuracy"]
    assert (both.get_ylabel(), both.get_yscale()) == ("", "log")
    assert list(drawn(lw.plot.learning_curves({"epoch": [1], "SGD": [2.0], "Adam": [1.0]}))) == [
        "SGD",
        "Adam",
    ]
    assert list(drawn(lw.plot.learning_curves(history, keys="train accuracy"))) == ["train accuracy"]


def test_training_and_validation_differ_in_dash_and_marker():
    ax = lw.plot.learning_curves({"train loss": [2.0, 1.0], "validation loss": [2.0, 1.0]})
    train, validation = drawn(ax).values()
    assert train.get_linestyle() == "--"
    assert validation.get_linestyle() == "-"
    assert train.get_markerfacecolor() == style.WHITE
    assert validation.get_markerfacecolor() == validation.get_color() == train.get_color()
    other = drawn(lw.plot.learning_curves({"train_loss": [1.0], "val_loss": [1.0], "test_loss": [1.0]}))
    assert [line.get_linestyle() for line in other.values()] == ["--", "-", ":"]
    other = drawn(lw.plot.learning_curves({"loss": [1.0], "val_loss": [1.0]}))
    assert [line.get_linestyle() for line in other.values()] == ["--", "-"]
    second = {"validation loss": [1.0], "train accuracy": [1.0], "validation accuracy": [1.0]}
    lines = drawn(lw.plot.learning_curves(second, keys=list(second))).values()
    assert [line.get_linestyle() for line in lines] == ["-", "--", "-"]
    assert [line.get_marker() for line in lines] == ["o", "^", "^"]


@pytest.mark.parametrize(
    "names",
    [
        ["train loss", "validation loss", "train accuracy", "validation accuracy"],
        ["loss", "SGD", "momentum", "Nesterov", "Adagrad", "RMSprop", "Adam", "AdamW", "Lion"],
    ],
)
def test_every_two_lines_differ_without_color(names):
    ax = lw.plot.learning_curves({name: [1.0, 2.0] for name in names}, keys=names)
    of_layers = lw.plot.layers({name: [1.0, 2.0] for name in names})
    for legend in (looks(ax), looks(of_layers)):
        assert len(legend) == len(names)
        for a, b in itertools.combinations(legend, 2):
            assert a[:3] != b[:3] or (a[3] == style.WHITE) != (b[3] == style.WHITE)


def test_several_runs_are_a_mean_and_a_band():
    values = np.array([[4.0, 2.0, 1.0], [6.0, 2.0, 3.0], [8.0, 2.0, 2.0]])
    runs = [{"train loss": row.tolist()} for row in values]
    runs[2]["train loss"].append(9.0)  # it ran for longer
    for histories in (runs, {"train loss": values}, {"train loss": torch.tensor(values)}):
        ax = lw.plot.learning_curves(histories)
        (line,) = drawn(ax).values()
        assert line.get_xydata().tolist() == [[1, 6], [2, 2], [3, 2]]
        (band,) = ax.collections
        corners = {tuple(corner) for corner in band.get_paths()[0].vertices.tolist()}
        assert corners == {(1, 4), (1, 8), (2, 2), (3, 1), (3, 3)}  # standard deviations 2, 0, 1
        assert ax.get_legend().get_title().get_text() == "mean of 3 runs\n± standard deviation"


def test_where_numbers_end_there_is_a_cross():
    ax = lw.plot.learning_curves(
        {"lr 1": [1.0, 5.0, NAN, NAN], "lr 2": [1.0, INF, INF, NAN], "lr 0.1": [1.0] * 4}
    )
    names = ["lr 1 (not finite from epoch 3)", "lr 2 (not finite from epoch 2)", "lr 0.1"]
    assert list(drawn(ax)) == names
    assert [cross.get_xydata().tolist() for cross in crosses(ax)] == [[[2, 5]], [[1, 1]]]
    np.testing.assert_array_equal(drawn(ax)[names[0]].get_ydata(), [1, 5, NAN, NAN])
    ax.figure.canvas.draw()


def test_without_any_number_the_cross_is_at_the_edge():
    ax = lw.plot.learning_curves({"train loss": [NAN, NAN]}, log=True)
    assert list(drawn(ax)) == ["train loss (not finite from epoch 1)"]
    (cross,) = crosses(ax)
    ax.figure.canvas.draw()
    assert cross.get_transform().transform(cross.get_xydata())[0][1] == ax.bbox.y1


def test_one_of_several_runs_that_ends_ends_the_mean():
    ax = lw.plot.learning_curves([{"loss": [1.0, 2.0, 3.0]}, {"loss": [3.0, INF, -INF]}])
    assert list(drawn(ax)) == ["loss (not finite from epoch 2)"]
    assert crosses(ax)[0].get_xydata().tolist() == [[1, 2]]
    ax.figure.canvas.draw()
    lw.plot.layers({"0": [[1.0, INF, 1e200], [1.0, -INF, -1e200]]}, kind="heat")
    lw.plot.layers({"0": [[1.0, INF, 1e200], [1.0, -INF, -1e200]]})


@pytest.mark.parametrize("gap", [None, NAN])
def test_what_was_not_measured_is_left_out(gap):
    ax = lw.plot.learning_curves({"validation loss": [gap, 3.0, gap, 1.0]})
    assert drawn(ax)["validation loss"].get_xydata().tolist() == [[2, 3], [4, 1]]
    assert not crosses(ax)


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("values", [[], [2.0], np.zeros((3, 0)), [[1.0], [2.0]], [0.0, -1.0]])
@pytest.mark.filterwarnings("error")
def test_few_or_no_numbers_are_no_problem(values, log):
    n = np.atleast_2d(values).shape[1]
    for draw in (lw.plot.learning_curves, lw.plot.layers):
        ax = draw({"loss": values}, log=log)
        assert len(drawn(ax)["loss"].get_xdata()) == n
        ax.figure.canvas.draw()
    lw.plot.layers({"0": values}, kind="heat", log=log).figure.canvas.draw()


def test_tensors_of_both_libraries():
    for values in (lw.tensor([2.0, 1.0], requires_grad=True), torch.tensor([2.0, 1.0], requires_grad=True)):
        for given in (values, [values[0], values[1]]):
            ax = lw.plot.learning_curves({"loss": given})
            assert drawn(ax)["loss"].get_ydata().tolist() == [2, 1]


def test_the_history_of_the_trainer_draws_itself():
    history = lw.train.History([{"epoch": 1, "train loss": 2.0}, {"epoch": 2, "train loss": 1.0}])
    for ax in (history.plot(), lw.plot.learning_curves(history), lw.plot.learning_curves([history, history])):
        assert drawn(ax)["train loss"].get_xydata().tolist() == [[1, 2], [2, 1]]


def test_layers_as_lines():
    ax = lw.plot.layers({"0": [1.0, 3.0], "2": [[1.0, 5.0], [3.0, 5.0]]}, what="gradient norm", log=True)
    assert drawn(ax)["0"].get_xydata().tolist() == [[1, 1], [2, 3]]
    assert drawn(ax)["2"].get_ydata().tolist() == [2, 5]
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_yscale()) == ("step", "gradient norm", "log")
    ends = ax.collections[-1].get_paths()[0].vertices
    np.testing.assert_allclose([ends[:, 1].min(), ends[:, 1].max()], [2 - 2**0.5, 5])


def test_layers_as_heat():
    ax = lw.plot.layers({"0": [1.0, -3.0, NAN], "2": [2.0, 2.0, 2.0]}, kind="heat", what="mean")
    (image,) = ax.images
    np.testing.assert_array_equal(image.get_array().filled(NAN), [[1, -3, NAN], [2, 2, 2]])
    assert image.get_clim() == (-3, 3)
    assert image.get_extent() == [0.5, 3.5, 1.5, -0.5]  # the first layer is above, the first step is 1
    assert [label.get_text() for label in ax.get_yticklabels()] == ["0", "2"]
    assert ax.patch.get_hatch()  # seen where there is no number
    assert ax.figure.axes[1].get_ylabel() == "mean"
    image = lw.plot.layers({"0": [[1.0, 4.0], [3.0, 4.0]]}, kind="heat", log=True).images[0]
    assert image.get_array().tolist() == [[2, 4]]
    assert image.get_clim() == (2, 4)


def test_the_series_of_a_probe():
    model = lw.nn.Sequential(lw.nn.Linear(2, 3), lw.nn.ReLU(), lw.nn.Linear(3, 1))
    with lw.diagnostics.probe(model) as probe:
        for _ in range(3):
            model(lw.ones(4, 2)).sum().backward()
            probe.step()
    series = probe.series("std")
    ax = lw.plot.layers(series)
    assert {name: line.get_ydata().tolist() for name, line in drawn(ax).items()} == series


def test_distributions():
    values = {
        "0": np.array([0.0, 0.0, 1.0, 2.0, 3.0, 4.0]),
        "1": [[1.0, NAN], [2.0, INF]],
        "2": [],
        "3": [0.0],
    }
    ax = lw.plot.distributions(values, bins=4, what="activation")
    steps = [patch.get_data() for patch in ax.patches]
    assert len(steps) == 4
    np.testing.assert_allclose(steps[0].edges, [0, 1, 2, 3, 4], atol=0.02)  # without the last thousandths
    heights = [row - step.values for row, step in enumerate(steps)]
    np.testing.assert_allclose(heights[0], 0.85)  # the two zeros are cut off at the height of one
    np.testing.assert_allclose(heights[1], [0, 0.85, 0.85, 0])
    np.testing.assert_allclose(heights[2], 0)
    np.testing.assert_allclose(heights[3], [0.85, 0, 0, 0])
    texts = ["1.7 ± 1.5\n33% zero", "1.5 ± 0.5\n50% not finite", "no values", "0 ± 0\n100% zero"]
    assert [text.get_text() for text in ax.texts] == texts
    assert [label.get_text() for label in ax.get_yticklabels()] == list(values)
    assert ax.get_xlabel() == "activation"
    assert ax.yaxis_inverted()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("values", [[], [NAN], [3.0], np.full(5, -2.0)])
def test_distributions_of_little(values):
    ax = lw.plot.distributions({"0": values})
    ax.figure.canvas.draw()
    low, high = ax.get_xlim()
    assert low < high


def test_distributions_keep_their_own_heights():
    rng = np.random.default_rng(0)
    ax = lw.plot.distributions(
        {"0": rng.standard_normal(1000), "1": rng.standard_normal(10) / 10, "2": lw.randn(9)}
    )
    for row, patch in enumerate(ax.patches):
        assert np.isclose(np.max(row - patch.get_data().values), 0.85)


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: lw.plot.learning_curves([]), r"learning_curves\(\): histories must hold at least one run"),
        (lambda: lw.plot.learning_curves({}), "histories must hold at least one run with one name"),
        (lambda: lw.plot.learning_curves({"a": [1]}, keys=["b"]), "run 0 has no 'b', only a"),
        (lambda: lw.plot.learning_curves([{"a": [1]}, {"b": [1]}]), "run 1 has no 'a', only b"),
        (lambda: lw.plot.learning_curves({"a": np.ones((1, 2, 3))}), r"'a' must have .* got \(1, 2, 3\)"),
        (lambda: lw.plot.learning_curves({"a": 3.0}), r"'a' must have shape \(n,\) or \(runs, n\), got \(\)"),
        (lambda: lw.plot.layers({}), r"layers\(\): series must hold at least one layer"),
        (lambda: lw.plot.layers({"a": [1]}, kind="bars"), "kind must be 'lines' or 'heat', got 'bars'"),
        (lambda: lw.plot.layers({"a": [1], "b": []}), r"equally many steps, got {'a': 1, 'b': 0}"),
        (lambda: lw.plot.distributions({}), r"distributions\(\): values must hold at least one layer"),
    ],
)
def test_errors(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()
    assert not plt.get_fignums()
