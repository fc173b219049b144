"""Modules: their parts, buffers, hooks, and the containers, each against its twin in torch."""

import copy
import pickle
from collections import OrderedDict

import numpy as np
import pytest
import torch

import layerwise as lw

BOTH = (lw, torch)


def network(L):
    """Nested modules with a shared one, a parameter of their own, and buffers of both kinds."""

    class Norm(L.nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("mean", L.zeros(2))
            self.weight = L.nn.Parameter(L.ones(2))
            self.register_buffer("count", L.tensor(0))
            self.register_buffer("scratch", L.zeros(3), persistent=False)
            self.register_buffer("nothing", None)
            self.register_parameter("bias", None)

        def forward(self, x):
            return x * self.weight

    class Net(L.nn.Module):
        def __init__(self):
            super().__init__()
            self.body = L.nn.Sequential(L.nn.Linear(3, 2), Norm())
            self.scale = L.nn.Parameter(L.tensor([1.0, 2.0]))
            self.add_module("2", Norm())
            self.again = self.body

        def forward(self, x):
            return self.scale * self.body(x)

    return Net()


def formats(model):
    return {name: str(tensor.dtype).removeprefix("torch.") for name, tensor in model.state_dict().items()}


LISTS = {
    "children": lambda m: [type(c).__name__ for c in m.children()],
    "named_children": lambda m: [name for name, _ in m.named_children()],
    "modules": lambda m: [type(c).__name__ for c in m.modules()],
    "named_modules": lambda m: [name for name, _ in m.named_modules(prefix="top")],
    "parameters": lambda m: [tuple(p.shape) for p in m.parameters()],
    "own parameters": lambda m: [tuple(p.shape) for p in m.parameters(recurse=False)],
    "named_parameters": lambda m: [name for name, _ in m.named_parameters(prefix="top")],
    "own named_parameters": lambda m: [name for name, _ in m.named_parameters("top", recurse=False)],
    "buffers": lambda m: [tuple(b.shape) for b in m.buffers()],
    "own buffers": lambda m: [tuple(b.shape) for b in m.body[1].buffers(recurse=False)],
    "named_buffers": lambda m: [name for name, _ in m.named_buffers()],
    "state_dict": lambda m: list(m.state_dict()),
    "get_submodule": lambda m: type(m.get_submodule("body.1")).__name__,
    "get_submodule itself": lambda m: m.get_submodule("") is m,
    "get_parameter": lambda m: tuple(m.get_parameter("body.0.weight").shape),
    "get_buffer": lambda m: tuple(m.get_buffer("body.1.scratch").shape),
    "apply": lambda m: (seen := []) or (m.apply(lambda c: seen.append(type(c).__name__)) is m and seen),
    "frozen": lambda m: [p.requires_grad for p in m.requires_grad_(False).parameters()],
    "thawed": lambda m: [p.requires_grad for p in m.requires_grad_(False).requires_grad_().parameters()],
    "double": lambda m: formats(m.double()),
    "float": lambda m: formats(m.double().float()),
}


@pytest.mark.parametrize("name", LISTS)
def test_parts_and_their_names_are_torchs(name):
    ours, theirs = (LISTS[name](network(L)) for L in BOTH)
    assert ours == theirs
    assert ours


def test_buffers_are_state_but_not_learned():
    ours, theirs = network(lw), network(torch)
    ours.get_buffer("body.1.mean").data[...] = [1.5, 2.5]
    ours.get_buffer("body.1.count").data[...] = 7
    state = {name: torch.tensor(value.numpy()) for name, value in ours.state_dict().items()}
    theirs.load_state_dict(state)
    assert theirs.body[1].mean.tolist() == [1.5, 2.5]
    assert theirs.body[1].count.item() == 7
    fresh = network(lw)
    fresh.load_state_dict(theirs.state_dict())
    assert fresh.body[1].count.item() == 7
    assert fresh.body[1].count.dtype == np.int64
    assert not fresh.body[1].mean.requires_grad
    with pytest.raises(RuntimeError, match=r"missing: body\.1\.count, of shape \(\)"):
        fresh.load_state_dict({name: v for name, v in state.items() if name != "body.1.count"})
    with pytest.raises(RuntimeError, match=r"unexpected: body\.1\.scratch"):
        fresh.load_state_dict(state | {"body.1.scratch": np.zeros(3)})


def test_a_buffer_is_replaced_by_assigning_a_tensor():
    for L in BOTH:
        module = network(L).body[1]
        module.mean = L.ones(2)
        assert module.state_dict()["mean"].tolist() == [1, 1]
        module.mean = None
        assert "mean" not in module.state_dict()
        module.mean = L.zeros(2)
        assert "mean" in module.state_dict()
        with pytest.raises(TypeError, match="mean"):
            module.mean = [1.0]
        del module.mean
        assert [name for name, _ in module.named_buffers()] == ["count", "scratch"]


def test_to_keeps_the_parameters_and_converts_their_gradients():
    model = network(lw)
    before = list(model.parameters())
    model(lw.ones(4, 3)).sum().backward()
    assert model.to(lw.float64) is model
    assert all(p is q for p, q in zip(before, model.parameters(), strict=True))
    assert model.scale.grad.dtype == np.float64
    assert model.get_buffer("2.count").dtype == np.int64
    with pytest.raises(TypeError, match="floating-point, got int64"):
        model.to(lw.int64)


def test_zero_grad():
    for set_to_none in (True, False):
        model = network(lw)
        model(lw.ones(4, 3)).sum().backward()
        model.zero_grad(set_to_none=set_to_none)
        assert (model.scale.grad is None) == set_to_none
        assert set_to_none or model.scale.grad.tolist() == [0, 0]
        assert model.get_parameter("2.weight").grad is None


def test_copies_are_independent():
    model = network(lw)
    model(lw.ones(4, 3)).sum().backward()
    twin = copy.deepcopy(model)
    assert twin.again is twin.body
    assert twin.scale.requires_grad
    assert twin.scale.grad.tolist() == model.scale.grad.tolist()
    twin.scale.data[...] = 9
    twin.scale.grad.data[...] = 9
    twin.body[1].register_buffer("new", lw.zeros(1))
    assert model.scale.tolist() == [1, 2]
    assert 9 not in model.scale.grad.tolist()
    assert "body.1.new" not in model.state_dict()
    with pytest.raises(RuntimeError, match="history"):
        copy.deepcopy(model.scale * 2)

    linear = pickle.loads(pickle.dumps(lw.nn.Linear(3, 2)))
    assert linear(lw.ones(1, 3)).shape == (1, 2)


REGISTRATION = {
    "parameter": (lambda m, L: m.register_parameter("x", L.zeros(1)), "'x' must be a Parameter or None"),
    "buffer": (lambda m, L: m.register_buffer("x", [1.0]), "'x' must be a Tensor or None, got list"),
    "module": (lambda m, L: m.add_module("x", 3), "'x' must be a Module or None, got int"),
    "dot": (lambda m, L: m.register_buffer("a.b", L.zeros(1)), r"dot, got 'a\.b'"),
    "empty": (lambda m, L: m.add_module("", L.nn.Linear(1, 1)), "empty"),
    "name": (lambda m, L: m.register_buffer(3, L.zeros(1)), "name must be a string, got int"),
    "taken": (lambda m, L: m.register_buffer("forward", L.zeros(1)), "already has an attribute 'forward'"),
    "taken by another": (lambda m, L: m.register_parameter("body", None), "already has an attribute 'body'"),
    "module replaced": (lambda m, L: setattr(m, "body", 3), "'body' must be a Module or None, got int"),
    "submodule": (lambda m, L: m.get_submodule("body.7"), "Sequential has no module '7'"),
    "submodule is none": (lambda m, L: m.get_submodule("scale"), "Net has no module 'scale'"),
    "no parameter": (lambda m, L: m.get_parameter("body.0.wait"), "Linear has no parameter 'wait'"),
    "no buffer": (lambda m, L: m.get_buffer("scale"), "Net has no buffer 'scale'"),
}


@pytest.mark.parametrize("name", REGISTRATION)
def test_errors(name):
    f, message = REGISTRATION[name]
    with pytest.raises(Exception) as theirs:  # noqa: PT011  (whatever torch raises)
        f(network(torch), torch)
    with pytest.raises(theirs.type, match=message):
        f(network(lw), lw)


# --- hooks


def pair(L):
    """Two small networks with the same numbers."""
    model = L.nn.Sequential(L.nn.Linear(2, 3), L.nn.Linear(3, 1))
    for p in model.parameters():
        p.data[...] = L.arange(float(p.numel())).reshape(tuple(p.shape)).numpy() / 4 if L is lw else 0
        if L is torch:
            p.data.copy_(torch.arange(float(p.numel())).reshape(p.shape) / 4)
    return model, L.tensor([[1.0, 2.0], [3.0, -1.0]], requires_grad=True)


def each(f):
    """What f(L, model, x, notes) notes must be the same in both libraries."""
    results = []
    for L in BOTH:
        notes = []
        model, x = pair(L)
        f(L, model, x, notes)
        results.append(notes)
    assert results[0] == results[1]
    assert results[0]
    return results[0]


def numbers(gradients):
    return [None if g is None else g.tolist() for g in gradients]


def test_forward_hooks():
    def run(L, model, x, notes):
        first = model.register_forward_hook(lambda m, args, y: notes.append([len(args), y.tolist()]))
        second = model[0].register_forward_hook(lambda m, args, y: 2 * y)
        third = model[1].register_forward_pre_hook(lambda m, args: (args[0] + 1,))
        fourth = model[1].register_forward_pre_hook(lambda m, args: args[0] + 1)
        notes.append(model(x).tolist())
        for handle in (second, third, fourth):
            handle.remove()
            notes.append(model(x).tolist())
        with model.register_forward_hook(lambda m, args, y: -y):
            notes.append(model(x).tolist())
        first.remove()
        first.remove()
        notes.append(model(x).tolist())

    assert len(each(run)) == 11


def test_forward_hooks_with_keywords():
    def run(L, model, x, notes):
        layer = model[0]
        layer.register_forward_pre_hook(
            lambda m, args, kwargs: notes.append(sorted(kwargs)), with_kwargs=True
        )
        layer.register_forward_pre_hook(lambda m, args, kwargs: ((), {"input": x * 2}), with_kwargs=True)
        layer.register_forward_hook(
            lambda m, args, kwargs, y: notes.append([args, sorted(kwargs)]), with_kwargs=True
        )
        notes.append(layer(input=x).tolist())

    each(run)


def test_backward_hooks():
    def run(L, model, x, notes):
        for layer in (model, model[0], model[1]):
            layer.register_full_backward_hook(
                lambda m, dx, dy: notes.append([type(m).__name__, numbers(dx), numbers(dy)])
            )
        handle = model[1].register_full_backward_hook(lambda m, dx, dy: (10 * dx[0],))
        for _ in range(2):
            (model(x) ** 2).sum().backward()
            notes.append(numbers([x.grad, *(p.grad for p in model.parameters())]))
            handle.remove()

    assert [note[0] for note in each(run)[:3]] == ["Linear", "Linear", "Sequential"]


@pytest.mark.filterwarnings("ignore:Full backward hook")
def test_backward_hooks_where_inputs_want_no_gradient():
    def run(L, model, x, notes):
        model[0].register_full_backward_hook(lambda m, dx, dy: notes.append([numbers(dx), numbers(dy)]))
        model(x.detach()).sum().backward()

    each(run)


def test_backward_hooks_with_several_inputs_and_outputs():
    def run(L, model, x, notes):
        class Two(L.nn.Module):
            def forward(self, a, b, c):
                return a * b, b + c, a * 3

        two = Two()
        two.register_full_backward_hook(lambda m, dx, dy: notes.append([numbers(dx[:2]), numbers(dy)]))
        two.register_full_backward_hook(lambda m, dx, dy: (dx[0], None, None) if len(notes) > 1 else None)
        b = L.tensor([2.0, 3.0], requires_grad=True)
        for _ in range(2):
            y, z, _ = two(x, b, L.tensor([1.0, 1.0]))
            (y.sum() + (z * z).sum()).backward()
            notes.append(numbers([x.grad, b.grad]))

    each(run)


def test_hooks_do_not_disturb_no_grad():
    model, x = pair(lw)
    model.register_full_backward_hook(lambda m, dx, dy: None)
    with lw.no_grad():
        assert not model(x).requires_grad


def test_a_backward_hook_must_return_a_gradient_for_each_input():
    model, x = pair(lw)
    model.register_full_backward_hook(lambda m, dx, dy: (dx[0], dx[0]))
    with pytest.raises(RuntimeError, match="Sequential returned 2 gradients for 1 inputs"):
        model(x).sum().backward()


# --- containers


def linears(L, n=4):
    return [L.nn.Linear(3, i + 1, bias=False) for i in range(n)]


def sizes(modules):
    return [module.weight.shape[0] for module in modules]


ROWS = {
    "last": lambda row, L: sizes([row[-1]]),
    "slice": lambda row, L: sizes(row[1:3]),
    "slice's type": lambda row, L: type(row[::2]).__name__,
    "slice's names": lambda row, L: list(row[1:].state_dict()),
    "iteration": lambda row, L: sizes(row),
    "length": lambda row, L: len(row),
    "membership": lambda row, L: (row[1] in row, L.nn.Linear(1, 1) in row),
    "append": lambda row, L: (row.append(L.nn.Linear(3, 9)) is row, sizes(row), list(row.state_dict())),
    "extend": lambda row, L: (row.extend(linears(L, 2)) is row, sizes(row), list(row.state_dict())),
    "extend with a copy": lambda row, L: sizes(row.extend(list(row))),
    "insert": lambda row, L: (row.insert(1, L.nn.Linear(3, 9)), sizes(row), list(row.state_dict()))[1:],
    "insert at the end": lambda row, L: (row.insert(4, L.nn.Linear(3, 9)), sizes(row))[1],
    "set": lambda row, L: (row.__setitem__(-2, L.nn.Linear(3, 9)), sizes(row))[1],
    "delete": lambda row, L: (row.__delitem__(1), sizes(row), list(row.state_dict()))[1:],
    "delete the last": lambda row, L: (row.__delitem__(-1), sizes(row))[1],
    "delete several": lambda row, L: (row.__delitem__(slice(1, 3)), sizes(row), list(row.state_dict()))[1:],
    "pop": lambda row, L: (sizes([row.pop(0)]), sizes(row), list(row.state_dict())),
    "add": lambda row, L: sizes(row + row[:1]),
    "text": lambda row, L: repr(row),
    "text of equal ones": lambda row, L: repr(type(row)(*wrap(row, [row[0], row[0], row[1]]))),
}


def wrap(row, modules):
    return modules if type(row).__name__ == "Sequential" else [modules]


@pytest.mark.parametrize("kind", ["Sequential", "ModuleList"])
@pytest.mark.parametrize("name", ROWS)
def test_rows(name, kind):
    results = []
    for L in BOTH:
        row = L.nn.Sequential(*linears(L)) if kind == "Sequential" else L.nn.ModuleList(linears(L))
        results.append(ROWS[name](row, L))
    assert results[0] == results[1]


def test_sequential_applies_its_modules_in_order():
    model, x = pair(lw)
    assert model(x).tolist() == model[1](model[0](x)).tolist()
    assert lw.nn.Sequential()(x) is x


def test_sequential_with_names():
    results = []
    for L in BOTH:
        model = L.nn.Sequential(OrderedDict(a=L.nn.Linear(2, 1)))
        model.append(L.nn.Linear(1, 1))
        results.append((list(model.state_dict()), repr(model), tuple(model.a.weight.shape)))
    assert results[0] == results[1]


def test_a_part_of_a_sequential_can_be_appended_to():
    part = lw.nn.Sequential(*linears(lw))[2:]
    assert sizes(part.append(lw.nn.Linear(3, 9))) == [3, 4, 9]


def test_module_dict():
    results = []
    for L in BOTH:
        heads = L.nn.ModuleDict({"b": L.nn.Linear(2, 1), "a": L.nn.Linear(2, 3)})
        heads["c"] = L.nn.Linear(1, 1)
        heads.update({"a": L.nn.Linear(2, 5)})
        notes = [list(heads), list(heads.keys()), sizes(heads.values()), [k for k, _ in heads.items()]]
        notes += [len(heads), "a" in heads, "d" in heads, sizes([heads["a"]]), list(heads.state_dict())]
        notes += [repr(heads), sizes([heads.pop("b")]), list(heads)]
        del heads["c"]
        notes.append(list(heads.state_dict()))
        heads.clear()
        results.append([*notes, len(heads), repr(heads)])
    assert results[0] == results[1]


def test_parameter_list():
    results = []
    for L in BOTH:
        row = L.nn.ParameterList([L.zeros(2), L.nn.Parameter(L.zeros(3))])
        row.append(L.zeros(4)).extend([L.zeros(5)])
        notes = [[tuple(p.shape) for p in row], tuple(row[-1].shape), len(row), list(row.state_dict())]
        results.append([*notes, all(p.requires_grad for p in row)])
    assert results[0] == results[1]


CONTAINER_ERRORS = {
    "index": (lambda L: L.nn.Sequential(*linears(L))[4], "4 is out of range, Sequential has 4 modules"),
    "set index": (lambda L: L.nn.ModuleList(linears(L)).__setitem__(-5, L.nn.Linear(1, 1)), "-5 is out of"),
    "no module": (lambda L: L.nn.Sequential(3), "Sequential is made of modules, got int"),
    "append": (lambda L: L.nn.ModuleList().append(3), "ModuleList is made of modules, got int"),
    "extend": (lambda L: L.nn.ModuleList().extend(L.nn.Linear(1, 1)), "got one Linear"),
    "insert": (lambda L: L.nn.Sequential().insert(1, L.nn.Linear(1, 1)), "1 is out of range for 0 modules"),
    "key": (lambda L: L.nn.ModuleDict({"a": L.nn.Linear(1, 1)})["b"], r"'b' is none of the modules \['a'\]"),
    "taken": (lambda L: L.nn.ModuleDict({"keys": L.nn.Linear(1, 1)}), "already has an attribute 'keys'"),
    "value": (lambda L: L.nn.ModuleDict({"a": 3}), "ModuleDict is made of modules, got int"),
}


@pytest.mark.parametrize("name", CONTAINER_ERRORS)
def test_container_errors(name):
    f, message = CONTAINER_ERRORS[name]
    with pytest.raises(Exception) as theirs:  # noqa: PT011  (whatever torch raises)
        f(torch)
    with pytest.raises(theirs.type, match=message):
        f(lw)


# --- random numbers


def test_manual_seed_decides_what_layers_start_with():
    def start(seed):
        lw.manual_seed(seed)
        return [lw.nn.Linear(2, 2).weight.tolist(), lw.rand(2).tolist(), lw.randn(2).tolist()]

    assert start(0) == start(0)
    assert start(0) != start(1)
    state = lw.random.get_rng_state()
    first = lw.rand(3).tolist()
    lw.random.set_rng_state(state)
    assert lw.rand(3).tolist() == first
    assert lw.manual_seed(0) is lw.random.default_generator


@pytest.mark.parametrize("seed", [-1, 1.5, "a"])
def test_a_seed_is_an_integer(seed):
    with pytest.raises(ValueError, match="seed must be an integer from 0"):
        lw.manual_seed(seed)


def test_hooks_that_come_first():

    def called(L):
        layer, notes = L.nn.Linear(2, 1), []
        for name in ("first", "second", "third"):
            first = name == "third"
            layer.register_forward_pre_hook(lambda *_, n=name: notes.append(("pre", n)), prepend=first)
            layer.register_forward_hook(lambda *_, n=name: notes.append(("after", n)), prepend=first)
            layer.register_full_backward_hook(lambda *_, n=name: notes.append(("back", n)), prepend=first)
        layer(L.tensor([[1.0, 2.0]], requires_grad=True)).sum().backward()
        return notes

    assert called(lw) == called(torch)
    assert called(lw)[0] == ("pre", "third")
    with pytest.raises(TypeError, match="always_call=True is left out on purpose"):
        lw.nn.Linear(2, 1).register_forward_hook(print, always_call=True)
