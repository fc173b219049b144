"""Recording and replaying: what is kept, what is added up, what is let go."""

import gc
import weakref

import numpy as np
import pytest
import torch

import layerwise as lw


def leaf(*numbers):
    return lw.tensor(numbers, dtype=lw.float64, requires_grad=True)


def entries(tensor):
    """The names of all entries of the tape behind a tensor, the latest first."""
    found, waiting = {}, [tensor.entry]
    while waiting:
        entry = waiting.pop()
        if isinstance(entry, list) and entry[0] not in found:
            found[entry[0]] = entry[1].__name__.removesuffix("_vjp")
            waiting.extend(entry[2])
    return [found[number] for number in sorted(found)]


# --- what is recorded


def test_one_entry_for_each_operation():
    x, w, b = lw.tensor(np.ones((4, 3))), lw.tensor(np.ones((3, 2)), requires_grad=True), leaf(0, 0)
    y = 2 * (x @ w + b).relu()
    loss = (y * y).sum() / 8
    assert entries(loss) == ["divide", "sum", "multiply", "multiply", "relu", "add", "matmul"]


def test_linear_is_one_entry():
    layer = lw.nn.Linear(3, 2, generator=np.random.default_rng(0))
    assert entries(layer(lw.tensor(np.ones((4, 3), "float32")))) == ["linear"]


def test_constants_are_not_recorded():
    x = lw.tensor([1.0, 2.0])
    y = (x * x).sum().exp()
    assert y.entry is None
    assert not y.requires_grad
    assert entries(leaf(1.0) + y) == ["add"]


def test_views_share_memory():
    x = leaf(1, 2, 3, 4)
    for y in (x.reshape(2, 2), x[1:], x.reshape(2, 2).T, x.detach()):
        assert np.shares_memory(y.data, x.data)


def test_no_grad_records_nothing_even_if_nested_or_interrupted():
    w = leaf(1.0)

    @lw.no_grad()
    def twice():
        return 2 * w

    with lw.no_grad():
        assert not (2 * w).requires_grad
        with lw.no_grad():
            pass
        assert not (2 * w).requires_grad
    assert not twice().requires_grad
    with pytest.raises(ZeroDivisionError), lw.no_grad():
        _ = 1 / 0
    assert (2 * w).requires_grad


def test_only_wanted_gradients_are_computed():
    x, w = lw.tensor([1.0, 2.0], dtype=lw.float64), leaf(3, 4)
    loss = (x * w).sum()
    loss.backward()
    assert x.grad is None
    assert w.grad.tolist() == [1, 2]
    vjp = lw.ops.elementwise.multiply_vjp
    assert vjp(np.ones(2), x.data, w.data, needs=(False, True))[0] is None


# --- what is added up


def test_gradients_accumulate_until_forgotten():
    w = leaf(1.0, 2.0)
    for expected in ([2, 4], [4, 8]):
        (w * w).sum().backward()
        assert w.grad.tolist() == expected
    w.grad = None
    (w * w).sum().backward()
    assert w.grad.tolist() == [2, 4]


def test_a_tensor_used_often_receives_all_contributions():
    results = []
    for L in (lw, torch):
        x = L.tensor([0.5, -1.5], dtype=L.float64, requires_grad=True)
        a = x * x
        b = a.exp()
        c = a + b * x
        d = c * a - b
        (d * c).sum().backward()
        results.append(x.grad.tolist())
    np.testing.assert_allclose(*results, rtol=1e-13)


@pytest.mark.parametrize("seed", range(20))
def test_random_graphs_as_in_torch(seed):
    """Operations with random inputs, each result an input for later ones."""
    operations = [
        lambda a, b: a + b,
        lambda a, b: a * b,
        lambda a, b: (a - b).tanh(),
        lambda a, b: a @ b,
        lambda a, b: (a.T @ b).sigmoid(),
        lambda a, b: a / (b * b + 1),
        lambda a, b: a.sum(0) - b.mean(1, keepdim=True),
        lambda a, b: a[[0, 0, 1]] * b[:, 1:2],
    ]
    gradients = []
    for L in (lw, torch):
        rng = np.random.default_rng(seed)
        leaves = [L.tensor(rng.uniform(-1, 1, (3, 3)), requires_grad=True) for _ in range(3)]
        tensors = list(leaves)
        for _ in range(15):
            f = operations[rng.integers(len(operations))]
            i, j = rng.integers(len(tensors), size=2)
            tensors.append(f(tensors[i], tensors[j]) / 2)
        L.cat(tensors).sum().backward()
        gradients.append([x.grad.tolist() for x in leaves])
    np.testing.assert_allclose(*gradients, rtol=1e-11, atol=1e-13)


def test_two_losses_on_one_trunk():
    w = leaf(1.0, 2.0)
    trunk = w * w
    trunk.sum().backward(retain_graph=True)
    (3 * trunk).sum().backward()
    assert w.grad.tolist() == [8, 16]


def test_independent_graphs_do_not_disturb_each_other():
    w = leaf(1.0)
    first, second = w * 2, w * 3
    second.backward()
    first.backward()
    assert w.grad.tolist() == [5]


def test_a_leaf_is_its_own_gradient():
    w = leaf(1.0, 2.0)
    dy = lw.tensor([3.0, 4.0], dtype=lw.float64)
    w.backward(dy)
    dy.data[0] = 99
    assert w.grad.tolist() == [3, 4]


def test_gradients_do_not_share_memory():
    a, b, c = leaf(1.0, 2.0), leaf(3.0, 4.0), leaf(5.0, 6.0)
    dy = lw.tensor([1.0, 1.0], dtype=lw.float64)
    (a + b + c.reshape(2)).backward(dy)
    memories = [a.grad.data, b.grad.data, c.grad.data, dy.data]
    assert not any(np.shares_memory(x, y) for i, x in enumerate(memories) for y in memories[:i])
    a.grad.data *= 2
    assert (a.grad.tolist(), b.grad.tolist(), c.grad.tolist()) == ([2, 2], [1, 1], [1, 1])
    w = leaf(1.0, 2.0)
    w.sum().backward()
    w.grad.data[0] = 7  # its own memory, and not one number in two places
    assert w.grad.tolist() == [7, 1]


def test_a_second_gradient_leaves_the_first_array_alone():
    w = leaf(1.0)
    (2 * w).backward()
    first = w.grad
    (2 * w).backward()
    assert (first.item(), w.grad.item()) == (2, 4)


# --- operations with several outputs


def test_several_outputs_are_one_entry_and_their_gradients_one_step():
    calls = []

    def halves_vjp(parts, size):
        calls.append(dict(parts))
        dx = np.zeros(size)
        for k, dy in parts.items():
            dx[k * 2 : k * 2 + 2] = dy
        return dx

    x = leaf(1, 2, 3, 4)
    first, second = map(
        lw.Tensor, (x.data[:2], x.data[2:]), lw.tape.record_many(halves_vjp, (x.entry,), (4,), 2)
    )
    (first * 2 + second * 3 + first).sum().backward()
    assert x.grad.tolist() == [3, 3, 3, 3]
    assert len(calls) == 1
    assert sorted(calls[0]) == [0, 1]
    assert lw.tape.record_many(halves_vjp, (None,), (4,), 2) == [None, None]


def test_outputs_that_were_not_used_have_no_gradient():
    results = []
    for L in (lw, torch):
        x = L.tensor(np.arange(6.0).reshape(3, 2), requires_grad=True)
        (x.unbind()[1] * x.split([1, 2])[1][0]).sum().backward()
        results.append(x.grad.tolist())
    assert results[0] == results[1]


# --- hooks


def hooked(f):
    """What f(L, x, notes) notes must be the same in both libraries."""
    results = []
    for L in (lw, torch):
        notes = []
        f(L, L.tensor([1.0, 2.0], requires_grad=True), notes)
        results.append(notes)
    assert results[0] == results[1]
    assert results[0]


def test_hooks_of_leaves_and_results():
    def run(L, x, notes):
        y = x * 2
        y.register_hook(lambda g: notes.append(g.tolist()))
        doubled = y.register_hook(lambda g: g * 2)
        y.register_hook(lambda g: notes.append(g.tolist()))
        on_leaf = x.register_hook(lambda g: g + 1)
        loss = (y * y + y).sum()
        loss.register_hook(lambda g: notes.append(g.tolist()))
        loss.backward(retain_graph=True)
        notes.append(x.grad.tolist())
        doubled.remove()
        on_leaf.remove()
        loss.backward()
        notes.append(x.grad.tolist())

    hooked(run)


def test_retained_gradients_of_results():
    def run(L, x, notes):
        y, z = x * 2, x.exp()
        y.retain_grad()
        y.retain_grad()
        x.retain_grad()
        (y * y).sum().backward(retain_graph=True)
        notes.append(y.grad.tolist())
        (y + y).sum().backward()
        notes.append(y.grad.tolist())
        z.sum().backward()
        notes.append(x.grad.is_leaf)

    hooked(run)
    x = leaf(1.0)
    y = x * 2
    y.backward()
    assert y.grad is None


def test_a_retained_gradient_keeps_no_tensor_alive():
    x = leaf(1.0)
    y = x * 2
    y.retain_grad()
    loss, memory = y * 3, weakref.ref(y)
    del y
    assert memory() is None
    loss.backward()
    assert x.grad.tolist() == [6]


def test_hooks_that_cannot_be():
    x = lw.tensor([1.0])
    for f in (lambda: x.register_hook(print), x.retain_grad):
        with pytest.raises(RuntimeError, match="does not require gradients"):
            f()
    w = leaf(1.0, 2.0)
    w.register_hook(lambda g: g.sum())
    with pytest.raises(RuntimeError, match=r"returned shape \(\) for a gradient of shape \(2,\)"):
        (w * 2).sum().backward()


# --- what is let go


def test_backward_releases_what_was_saved():
    w = leaf(1.0, 2.0)
    hidden = (w * 3).exp()
    memory = weakref.ref(hidden.data)
    loss = (hidden * hidden).sum()
    del hidden
    assert memory() is not None
    loss.backward(retain_graph=True)
    assert memory() is not None
    loss.backward()
    assert memory() is None
    assert loss.requires_grad


def test_a_graph_without_backward_goes_with_its_result():
    w = leaf(1.0, 2.0)
    hidden = (w * 3).exp()
    memory = weakref.ref(hidden.data)
    loss = (hidden * hidden).sum()
    del hidden
    gc.disable()
    try:
        del loss
        assert memory() is None, "only the garbage collector would find it: there is a cycle"
    finally:
        gc.enable()


def test_add_keeps_no_arrays():
    """A residual network would otherwise hold every activation twice."""
    a, b = lw.tensor([1.0]), leaf(2.0)
    memory = weakref.ref(a.data)
    y = a.to(lw.float64) + b
    del a
    assert memory() is None
    y.backward()


def test_long_chains_need_no_recursion():
    w = leaf(1.0)
    y = w
    for _ in range(50_000):
        y = y + 1
    y.backward()
    assert w.grad.tolist() == [1]
    for _ in range(50_000):
        w = w + 1
    del w  # no backward: the chain is let go link by link


# --- errors


def twice(L):
    y = (L.tensor([1.0, 2.0], requires_grad=True) ** 2).sum()
    y.backward()
    y.backward()


def released_trunk(L):
    trunk = L.tensor([1.0, 2.0], requires_grad=True).exp()
    trunk.sum().backward()
    (trunk * 2).sum().backward()


ERRORS = {
    "twice": (twice, "retain_graph=True"),
    "released trunk": (released_trunk, "retain_graph=True"),
    "not a number": (lambda L: L.tensor([1.0, 2.0], requires_grad=True).exp().backward(), r"shape \(2,\)"),
    "no leaf": (lambda L: L.tensor(1.0).exp().backward(), "requires gradients"),
    "gradient's shape": (
        lambda L: L.tensor([1.0, 2.0], requires_grad=True).exp().backward(L.tensor([1.0, 2.0, 3.0])),
        r"gradient has shape \(3,\), the tensor \(2,\)",
    ),
    "integers": (lambda L: L.tensor([1, 2], requires_grad=True), "int64"),
    "requires_grad of a result": (
        lambda L: setattr(L.tensor([1.0], requires_grad=True).exp(), "requires_grad", False),
        "detach",
    ),
    "grad's shape": (
        lambda L: setattr(L.tensor([1.0], requires_grad=True), "grad", L.tensor([1.0, 2.0])),
        r"\(1,\), got \(2,\)",
    ),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors(name):
    f, message = ERRORS[name]
    with pytest.raises(RuntimeError):
        f(torch)
    with pytest.raises(RuntimeError, match=message):
        f(lw)


def test_after_an_error_no_gradient_has_changed():
    w, trunk = leaf(1.0, 2.0), leaf(3.0, 4.0) * 2
    trunk.sum().backward()
    with pytest.raises(RuntimeError, match="released"):
        (w * w + trunk).sum().backward()
    assert w.grad is None


def test_in_place_is_an_error_with_a_way_out():
    w = leaf(1.0)
    for operator in ("iadd", "isub", "imul", "itruediv", "ipow", "imatmul"):
        with pytest.raises(TypeError, match=r"x\.data"):
            getattr(w, f"__{operator}__")(1.0)
    with pytest.raises(TypeError, match=r"item assignment.*x\.data\[\.\.\.\] = y"):
        w[0] = 2.0
    for method in ("add_", "mul_", "zero_", "clamp_"):
        with pytest.raises(AttributeError, match=rf"{method}\(\) changes tensors in place"):
            getattr(w, method)
    with pytest.raises(AttributeError, match="a tensor has no attribute 'add__x'"):
        _ = w.add__x
    w.data -= 0.5
    assert w.tolist() == [0.5]


CHANGES = {
    "step": lambda L, model: L.optim.SGD(model.parameters(), lr=0.1).step(),
    "load_state_dict": lambda L, model: model.load_state_dict(model.state_dict()),
    "init": lambda L, model: L.nn.init.zeros_(model.weight),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("L", [lw, torch], ids=["layerwise", "torch"])
def test_backward_after_a_change_in_place_is_an_error(L, change):
    """The gradient of the input needs the weight as it was. A wrong gradient must not come out instead."""
    model, x = L.nn.Linear(3, 2), L.ones(1, 3, requires_grad=True)
    model(x).sum().backward()
    late = model(x).sum()
    CHANGES[change](L, model)
    with pytest.raises(RuntimeError, match=r"changed in place since|modified by an inplace operation"):
        late.backward()
    model(x).sum().backward()  # computed anew


def test_what_needs_no_numbers_may_be_late():
    """The weight's own gradient needs x alone, and a sum nothing at all."""
    model, w = lw.nn.Linear(3, 2), lw.tensor([1.0, 2.0], requires_grad=True)
    optimizer = lw.optim.SGD([w], lr=0.1)
    for _ in range(2):  # the second time the parameter is one that has been changed before
        late = (w + model(lw.ones(1, 3))).sum()
        w.grad = lw.ones(2)
        optimizer.step()
        late.backward()
        assert w.grad.tolist() == [2.0, 2.0]


def test_left_out_of_backward():
    for option in ({"create_graph": True}, {"inputs": [leaf(1.0)]}):
        with pytest.raises(TypeError, match=rf"backward\(\): {next(iter(option))}.* is left out on purpose"):
            (leaf(1.0) * 2).backward(**option)


def test_gradients_that_are_views_of_memory_of_their_own_are_not_copied():
    x = lw.tensor(np.ones((2, 3), "float32"), requires_grad=True)
    made = []

    def turned_vjp(dy):
        made.append(dy.T.copy())
        return made[-1].T

    y = lw.Tensor(x.data * 1, lw.tape.record(turned_vjp, (x.entry,), ()))
    y.backward(lw.ones(2, 3))
    assert not np.shares_memory(x.grad.data, made[0]), "somebody else has it too: it must be copied"
    x.grad, made[:] = None, []

    def fresh_vjp(dy):
        return dy.T.copy().T

    y = lw.Tensor(x.data * 1, lw.tape.record(fresh_vjp, (x.entry,), ()))
    y.backward(lw.ones(2, 3))
    assert x.grad.data.base is not None
