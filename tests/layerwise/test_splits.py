"""Every part has its share of every class."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.utils.class_weight import compute_class_weight

import layerwise as lw

LABELS = st.lists(st.integers(0, 4), min_size=5, max_size=60).map(np.array)


@settings(deadline=None, derandomize=True)
@given(LABELS, st.lists(st.integers(1, 9), min_size=1, max_size=4), st.integers(0, 100))
def test_split_is_by_largest_remainder(y, shares, seed):
    fractions = np.array(shares) / sum(shares)
    parts = lw.data.stratified_split(y, fractions, seed)
    assert np.array_equal(np.sort(np.concatenate(parts)), np.arange(len(y)))  # each once
    assert all(part.dtype == np.int64 and (np.diff(part) > 0).all() for part in parts)
    for label in np.unique(y):
        n = np.count_nonzero(y == label)
        counts = np.array([np.count_nonzero(y[part] == label) for part in parts])
        low, rest = np.divmod(n * np.array(shares), sum(shares))  # in whole numbers: nothing is rounded
        extra = counts - low
        assert set(extra) <= {0, 1}
        if extra.any() and not extra.all():
            assert rest[extra == 1].min() >= rest[extra == 0].max()


def test_proportions_are_exact_where_they_can_be():
    y = np.repeat([0, 1, 2], [50, 30, 20])
    training, validation, test = lw.data.stratified_split(y, (0.8, 0.1, 0.1), seed=3)
    assert [np.bincount(y[part]).tolist() for part in (training, validation, test)] == [
        [40, 24, 16],
        [5, 3, 2],
        [5, 3, 2],
    ]


def test_equal_remainders_do_not_add_up():
    y = np.repeat(np.arange(10), 5)  # five of each class: half of them is two or three
    assert [len(part) for part in lw.data.stratified_split(y, (0.5, 0.5))] == [25, 25]
    y = np.repeat(np.arange(10), 1)
    assert [len(part) for part in lw.data.stratified_split(y, (0.5, 0.5))] == [5, 5]


def test_the_seed_decides_a_split():
    y = np.arange(100) % 3
    first, same, other = (lw.data.stratified_split(y, (0.5, 0.5), seed)[0] for seed in (1, 1, 2))
    assert np.array_equal(first, same)
    assert not np.array_equal(first, other)
    assert np.array_equal(first, lw.data.stratified_split(y, (0.5, 0.5), np.random.default_rng(1))[0])


def test_names_can_be_classes():
    y = np.array(["cat", "dog"] * 4)
    assert [len(part) for part in lw.data.stratified_split(y, (0.75, 0.25))] == [6, 2]


@settings(deadline=None, derandomize=True)
@given(LABELS, st.integers(2, 5), st.integers(0, 100))
def test_folds(y, k, seed):
    folds = lw.data.stratified_folds(y, k, seed)
    assert len(folds) == k
    assert np.array_equal(np.sort(np.concatenate([validation for _, validation in folds])), np.arange(len(y)))
    for training, validation in folds:
        assert np.array_equal(np.sort(np.concatenate([training, validation])), np.arange(len(y)))
    sizes = [len(validation) for _, validation in folds]
    assert max(sizes) - min(sizes) <= 1
    for label in np.unique(y):
        counts = [np.count_nonzero(y[validation] == label) for _, validation in folds]
        assert max(counts) - min(counts) <= 1


def test_the_seed_decides_folds():
    y = np.arange(100) % 3
    first, same, other = (lw.data.stratified_folds(y, 4, seed)[0][1] for seed in (1, 1, 2))
    assert np.array_equal(first, same)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("counts", [[1, 1], [90, 10], [5, 1, 700, 33]])
def test_class_weights_are_those_of_scikit_learn(counts):
    y = np.repeat(np.arange(len(counts)), counts)
    weights = lw.data.class_weights(y)
    expected = compute_class_weight("balanced", classes=np.arange(len(counts)), y=y)
    np.testing.assert_allclose(weights, expected, rtol=1e-6)
    assert weights.dtype == np.float32
    assert weights[y].mean() == pytest.approx(1)
    loss = lw.nn.CrossEntropyLoss(weight=lw.tensor(weights))
    assert loss(lw.zeros(len(y), len(counts)), lw.tensor(y)).item() == pytest.approx(np.log(len(counts)))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: lw.data.stratified_split([0, 1], (0.5, 0.4)),
            r"stratified_split\(\): fractions .* sum to 1, got",
        ),
        (lambda: lw.data.stratified_split([0, 1], (1.5, -0.5)), r"fractions must be at least 0 .* got \(1.5"),
        (lambda: lw.data.stratified_split([[0, 1]], (1,)), r"stratified_split\(\): y .* got shape \(1, 2\)"),
        (lambda: lw.data.stratified_folds([0, 1], 1), r"stratified_folds\(\): folds .* 2 to the 2 .* got 1"),
        (lambda: lw.data.stratified_folds([0, 1], 3), r"stratified_folds\(\): folds .* got 3"),
        (lambda: lw.data.class_weights([0, 2]), r"class_weights\(\): class 1 has no member"),
        (lambda: lw.data.class_weights([0, 1], classes=3), r"class_weights\(\): class 2 has no member"),
        (
            lambda: lw.data.class_weights([0, 3], classes=3),
            r"class_weights\(\): y must be below classes, 3, got 3",
        ),
        (
            lambda: lw.data.class_weights([-1, 0]),
            r"class_weights\(\): y must be integers from 0, got int64 from -1",
        ),
        (
            lambda: lw.data.class_weights([0.0, 1.0]),
            r"class_weights\(\): y must be integers from 0, got float64",
        ),
        (lambda: lw.data.class_weights([]), r"class_weights\(\): y must be integers"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()
