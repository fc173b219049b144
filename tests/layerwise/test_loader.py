"""Data sets and the loader that makes batches of them."""

import warnings
from collections import namedtuple

import numpy as np
import pytest
import torch

import layerwise as lw
from layerwise.data import (
    ConcatDataset,
    DataLoader,
    Dataset,
    Subset,
    TensorDataset,
    default_collate,
    random_split,
)

X, Y = np.arange(20.0).reshape(10, 2), np.arange(10)


class Squares(Dataset):
    def __len__(self):
        return 7

    def __getitem__(self, i):
        if not -7 <= i < 7:
            raise IndexError(i)
        return np.array([i, i * i]), i


# --- data sets


def test_a_tensor_data_set():
    data = TensorDataset(X, Y)
    assert len(data) == 10
    x, y = data[3]
    assert (x.tolist(), y) == ([6, 7], 3)
    assert data[-1][1] == 9
    assert [int(y) for _, y in data] == list(range(10))
    with pytest.raises(IndexError):
        data[10]


@pytest.mark.parametrize(
    ("make", "error", "match"),
    [
        (lambda: TensorDataset(), ValueError, "at least one array or tensor"),
        (lambda: TensorDataset(X, Y[:9]), ValueError, r"tensors\[1\] has 9 examples, tensors\[0\] has 10"),
        (lambda: TensorDataset(X, 5), TypeError, r"tensors\[1\] must be \(n, \.\.\.\), got int"),
        (
            lambda: TensorDataset(np.float64(3)),
            TypeError,
            r"tensors\[0\] must be \(n, \.\.\.\), got shape \(\)",
        ),
        (lambda: TensorDataset([1, 2]), TypeError, "got list"),
        (lambda: ConcatDataset([]), ValueError, r"ConcatDataset\(\): datasets is empty"),
        (
            lambda: Subset(Squares(), [0, 7]),
            IndexError,
            r"Subset\(\): indices has 7, the data set has 7 examples",
        ),
        (lambda: Subset(Squares(), [-8]), IndexError, "indices has -8"),
        (lambda: Subset(Squares(), 3), ValueError, r"indices must be \(m,\), got shape \(\)"),
        (lambda: Subset(Squares(), [0.5]), TypeError, "indices must be integers, got float64"),
        (lambda: Subset(Squares(), np.ones(7, bool)), TypeError, "indices must be integers, got bool"),
        (
            lambda: random_split(Squares(), [3, 3]),
            ValueError,
            r"sum to the data set's 7, or to 1, got \[3, 3\]",
        ),
        (lambda: random_split(Squares(), [0.5, 0.4]), ValueError, r"shares must sum to 1, got \[0.5, 0.4\]"),
        (lambda: random_split(Squares(), [-1, 8]), ValueError, "must not be negative"),
        (lambda: ConcatDataset([Squares()])[7], IndexError, "there is no example 7, there are 7"),
        (lambda: ConcatDataset([Squares()])[-8], IndexError, "there is no example -8"),
        (lambda: len(Dataset()), NotImplementedError, "Dataset has no __len__: how many examples"),
        (lambda: Dataset()[0], NotImplementedError, "Dataset has no __getitem__: which example"),
    ],
)
def test_wrong_data_sets(make, error, match):
    with pytest.raises(error, match=match):
        make()


def test_one_data_set_after_another():
    data = Squares() + TensorDataset(X, Y) + Squares()
    assert len(data) == 24
    assert [int(y) for _, y in data] == [*range(7), *range(10), *range(7)]
    assert [int(data[i][1]) for i in (-1, -24, 7, 16, 17)] == [6, 0, 0, 9, 0]
    assert data.batch([0, 7, 23])[1].tolist() == [0, 0, 6]
    assert len(ConcatDataset([[], [1], []])) == 1
    assert ConcatDataset([[], [1], []])[0] == 1


def test_a_subset_keeps_order_and_repetitions():
    data = Subset(TensorDataset(X, Y), [3, 1, -1, 3])
    assert [int(y) for _, y in data] == [3, 1, 9, 3]
    assert data.batch(np.array([0, 2]))[1].tolist() == [3, 9]
    assert Subset(data, [1, 1]).batch(np.array([0]))[0].tolist() == [[2, 3]]
    assert len(Subset(data, [])) == 0


@pytest.mark.parametrize("lengths", [[7], [3, 4], [0, 7, 0], [0.5, 0.5], [0.1] * 10, [1 / 3, 1 / 3, 1 / 3]])
def test_random_parts(lengths):
    parts = random_split(Squares(), lengths, seed=4)
    assert sorted(int(i) for part in parts for i in part.indices) == list(range(7))
    if sum(lengths) == 7:
        assert [len(part) for part in parts] == lengths
    else:  # what rounding leaves goes to the first, one each, as in torch
        with warnings.catch_warnings(action="ignore"):  # of empty parts
            torchs = torch.utils.data.random_split(Squares(), lengths)
        assert [len(part) for part in parts] == [len(part) for part in torchs]
    again, other = (random_split(Squares(), lengths, seed=seed) for seed in (4, 5))
    assert [p.indices.tolist() for p in parts] == [p.indices.tolist() for p in again]
    assert [p.indices.tolist() for p in parts] != [p.indices.tolist() for p in other]


# --- collating


def test_collating_is_torchs_with_arrays():
    Point = namedtuple("Point", ["x", "y"])
    examples = [
        (
            i,
            0.5 * i,
            np.full(2, i),
            {"a": np.float32(i), "b": [i, True]},
            Point(i, np.zeros((1, 3))),
            f"name {i}",
        )
        for i in range(3)
    ]
    ours = default_collate(examples)
    theirs = torch.utils.data.default_collate(examples)
    assert isinstance(ours, tuple)
    assert isinstance(ours[4], Point)
    for mine, twin in (
        *[(ours[k], theirs[k]) for k in range(3)],
        *[
            (ours[3]["a"], theirs[3]["a"]),
            (ours[3]["b"][0], theirs[3]["b"][0]),
            (ours[3]["b"][1], theirs[3]["b"][1]),
        ],
        *[(ours[4].x, theirs[4].x), (ours[4].y, theirs[4].y)],
    ):
        assert isinstance(mine, np.ndarray)
        assert mine.dtype == twin.numpy().dtype
        assert np.array_equal(mine, twin.numpy())
    assert ours[5] == ["name 0", "name 1", "name 2"]


@pytest.mark.parametrize("L", [lw, torch])
def test_tensors_stay_with_their_library(L):
    (x, y) = default_collate([(L.tensor([1.0, 2.0]), 3), (L.tensor([4.0, 5.0]), 6)])
    assert type(x) is L.Tensor
    assert x.tolist() == [[1, 2], [4, 5]]
    assert y.tolist() == [3, 6]
    data = TensorDataset(L.tensor(X), L.tensor(Y))
    x, y = data.batch(np.array([4, 0]))
    assert type(x) is L.Tensor
    assert x.tolist() == [[8, 9], [0, 1]]
    assert next(iter(DataLoader(data, 3, shuffle=True)))[1].shape == (3,)


@pytest.mark.parametrize(
    ("examples", "error", "match"),
    [
        ([], ValueError, "there are no examples"),
        (
            [np.zeros(2), np.zeros(3)],
            ValueError,
            r"an example has shape \(2,\) in number 0 .*, \(3,\) in number 1",
        ),
        (
            [(1, np.zeros(2)), (1, np.zeros((2, 1)))],
            ValueError,
            r"an example\[1\] has shape .* pass a collate_fn",
        ),
        ([(1, 2), (1, 2, 3)], ValueError, "an example has 2 entries in number 0 of the batch, 3 in number 1"),
        ([(1, 2), [1, 2]], TypeError, "an example is tuple in number 0 of the batch, list in number 1"),
        (
            [{"a": (1, 2)}, {"a": (1, None)}],
            TypeError,
            r"an example\['a'\]\[1\] is int .*, NoneType in number 1",
        ),
        (
            [{"a": 1}, {"b": 1}],
            ValueError,
            r"an example has the keys \['a'\] in number 0 .* \['b'\] in number 1",
        ),
    ],
)
def test_what_cannot_be_collated(examples, error, match):
    with pytest.raises(error, match=match):
        default_collate(examples)


# --- the loader


def flat(batches):
    return [y for batch in batches for y in batch]


def labels(loader):
    return [y.tolist() for _, y in loader]


@pytest.mark.parametrize(
    "data", [TensorDataset(X, Y), Subset(TensorDataset(X, Y), range(10)), list(zip(X, Y, strict=True))]
)
@pytest.mark.parametrize("size", [1, 3, 5, 10, 11])
@pytest.mark.parametrize("drop_last", [False, True])
def test_batches_are_torchs(data, size, drop_last):
    ours = DataLoader(data, size, drop_last=drop_last)
    theirs = torch.utils.data.DataLoader(data, size, drop_last=drop_last)
    assert len(ours) == len(theirs)
    for (x, y), (xt, yt) in zip(ours, theirs, strict=True):
        assert np.array_equal(x, xt.numpy())
        assert np.array_equal(y, yt.numpy())
        assert (x.dtype, y.dtype) == (xt.numpy().dtype, yt.numpy().dtype)


def test_the_order_depends_on_seed_and_epoch_alone():
    data = TensorDataset(X, Y)
    loader = DataLoader(data, 3, shuffle=True, seed=2)
    epochs = [labels(loader) for _ in range(3)]
    assert len({str(order) for order in epochs}) == 3
    for order in epochs:
        assert sorted(flat(order)) == list(range(10))
    np.random.seed(7)
    assert [labels(DataLoader(data, 3, shuffle=True, seed=2))] == epochs[:1]
    assert labels(DataLoader(data, 3, shuffle=True, seed=1)) != epochs[0]
    loader.set_epoch(1)
    assert [labels(loader), labels(loader)] == epochs[1:]
    assert flat(labels(DataLoader(data, 7, shuffle=True, seed=2))) == flat(epochs[0])
    assert flat(labels(DataLoader(data, 3, shuffle=True, seed=2, drop_last=True))) == flat(epochs[0])[:9]
    assert DataLoader(data, 3, shuffle=False).seed == 0
    assert labels(DataLoader(data, 5)) == [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]]


def test_a_pass_that_is_broken_off_is_over():
    loader = DataLoader(TensorDataset(X, Y), 3, shuffle=True)
    first, second = next(iter(loader)), next(iter(loader))
    assert first[1].tolist() != second[1].tolist()
    assert len(labels(loader)) == 4


def test_two_passes_at_once():
    loader = DataLoader(TensorDataset(X, Y), 3, shuffle=True)
    pairs = [(a[1].tolist(), b[1].tolist()) for a, b in zip(loader, loader, strict=True)]
    loader.set_epoch(0)
    assert [list(order) for order in zip(*pairs, strict=True)] == [labels(loader), labels(loader)]


@pytest.mark.parametrize("stop", range(5))
def test_going_on_elsewhere(stop):
    """From any batch of the second epoch, in a fresh loader, with transforms that draw."""

    def make():
        return DataLoader(
            TensorDataset(X, Y), 3, shuffle=True, transform=lambda x, y, rng: (x + rng.random(), y)
        )

    def numbers(batches):
        return [(x.tolist(), y.tolist()) for x, y in batches]

    loader = make()
    list(loader)
    assert loader.state_dict() == {"epoch": 0, "batch": 4}
    batches, started = iter(loader), [loader.state_dict()]
    assert started == [{"epoch": 1, "batch": 0}]
    given = [next(batches) for _ in range(min(stop, 4))]
    state = loader.state_dict()
    assert state == {"epoch": 1, "batch": stop}
    rest = numbers([*batches]), numbers(loader)

    other = make()
    other.load_state_dict(state)
    assert other.state_dict() == state
    assert (numbers(other), numbers(other)) == rest
    assert len(given) + len(rest[0]) == 4


def test_a_transform_draws_from_seed_epoch_and_batch():
    drawn = []

    def draw(x, y, rng):
        drawn.append(rng.random())
        return x, y

    loader = DataLoader(TensorDataset(X, Y), 5, transform=draw)
    for _ in range(2):
        list(loader)
    first = drawn[:]
    assert len(set(drawn)) == 4
    loader.set_epoch(1)
    list(loader)
    assert drawn[4:] == first[2:]
    other = DataLoader(TensorDataset(X, Y), 5, transform=draw, seed=1)
    list(other)
    assert not {*drawn[6:]} & {*first}


def test_transforms_of_batches_without_labels():
    loader = DataLoader(X, 5, transform=lambda x, y, rng: (10 * x, y))
    assert next(iter(loader))[1].tolist() == [20, 30]


def test_the_transforms_of_the_library_fit():
    pictures = np.arange(64.0).reshape(4, 1, 4, 4)
    loader = DataLoader(TensorDataset(pictures, np.arange(4)), 4, transform=lw.data.Flip(probability=1))
    x, y = next(iter(loader))
    assert np.array_equal(x, pictures[..., ::-1])
    assert y.tolist() == [0, 1, 2, 3]


def test_a_batch_is_fetched_at_once_and_does_not_share_memory():
    asked = []

    class Counting(TensorDataset):
        def batch(self, indices):
            asked.append(len(indices))
            return super().batch(indices)

    data = Counting(X.copy(), Y)
    for loader in (DataLoader(data, 4), DataLoader(Subset(data, range(10)), 4)):
        for x, _ in loader:
            x += 100
    assert asked == [4, 4, 2] * 2
    assert np.array_equal(data.tensors[0], X)


def test_a_subclass_that_changes_examples_is_asked_for_each():
    class Negative(TensorDataset):
        def __getitem__(self, i):
            x, y = super().__getitem__(i)
            return -x, y

    class Last(Subset):
        def __getitem__(self, i):
            return super().__getitem__(i)[-1]

    assert next(iter(DataLoader(Negative(X, Y), 2)))[0].tolist() == [[0, -1], [-2, -3]]
    assert next(iter(DataLoader(Last(TensorDataset(X, Y), [5, 6]), 2))).tolist() == [5, 6]


def test_a_collate_fn_of_ones_own():
    loader = DataLoader(Squares(), 3, collate_fn=lambda examples: [y for _, y in examples])
    assert list(loader) == [[0, 1, 2], [3, 4, 5], [6]]
    with_tensors = DataLoader(TensorDataset(X, Y), 4, collate_fn=len)
    assert list(with_tensors) == [4, 4, 2]


def test_torchs_data_sets_will_do():
    data = torch.utils.data.TensorDataset(torch.tensor(X), torch.tensor(Y))
    x, _ = next(iter(DataLoader(data, 3)))
    assert torch.equal(x, torch.tensor(X[:3]))


@pytest.mark.parametrize("data", [[], TensorDataset(X[:0])])
def test_nothing(data):
    assert len(DataLoader(data, 3)) == 0
    assert list(DataLoader(data, 3, shuffle=True)) == []


@pytest.mark.parametrize(
    ("settings", "error", "match"),
    [
        ({"batch_size": 0}, ValueError, "batch_size must be an integer from 1, got 0"),
        ({"batch_size": 2.5}, ValueError, "batch_size must be an integer from 1, got 2.5"),
        ({"seed": -1}, ValueError, "seed must be an integer from 0, got -1"),
        ({"seed": None}, ValueError, "seed must be an integer from 0, got None"),
        ({"collate_fn": 3}, TypeError, "collate_fn must be a function, got int"),
        ({"transform": "flip"}, TypeError, "transform must be a function, got str"),
        ({"dataset": 5}, TypeError, "dataset must have __len__, int has not"),
        ({"dataset": {1, 2}}, TypeError, "dataset must have __getitem__, set has not"),
    ],
)
def test_wrong_loaders(settings, error, match):
    with pytest.raises(error, match=rf"DataLoader\(\): {match}"):
        DataLoader(**{"dataset": X, **settings})
