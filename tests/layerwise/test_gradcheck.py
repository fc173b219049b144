"""Does gradcheck pass right gradients, and catch wrong ones?"""

import numpy as np
import pytest
import torch

import layerwise as lw
from layerwise.diagnostics import GradcheckError, gradcheck
from layerwise.tape import record

rng = np.random.default_rng(0)
A, B, C = rng.standard_normal((3, 4)), rng.standard_normal((4, 2)), rng.standard_normal(4)


def by_hand(forward, vjp):
    """A function of tensors made of a forward and a vector-Jacobian product, `vjp(dy, *arrays)`."""

    def f(*tensors):
        arrays = tuple(x.data for x in tensors)
        return lw.Tensor(forward(*arrays), record(vjp, tuple(x.entry for x in tensors), arrays))

    f.__name__ = forward.__name__
    return f


def product(a, b):
    return a @ b


def shifted(a, c):
    return a + c


def squared(a):
    return a * a


def square_matrix(a):
    return a @ a.T


RIGHT = [
    (squared, lambda dy, a: 2 * a * dy, (A,)),
    (product, lambda dy, a, b: (dy @ b.T, a.T @ dy), (A, B)),
    (shifted, lambda dy, a, c: (dy, dy.sum(axis=0)), (A, C)),
    (square_matrix, lambda dy, a: (dy + dy.T) @ a, (A,)),
]


@pytest.mark.parametrize(("forward", "vjp", "arrays"), RIGHT)
def test_right_gradients_pass(forward, vjp, arrays):
    assert gradcheck(by_hand(forward, vjp), tuple(map(lw.tensor, arrays)))


WRONG = {
    "sign": (squared, lambda dy, a: -2 * a * dy, (A,), "All have the opposite sign"),
    "factor": (squared, lambda dy, a: a * dy, (A,), "All are 0.5 times what they should be"),
    "transposed": (
        product,
        lambda dy, a, b: (dy @ b.T, (dy.T @ a).reshape(b.shape)),
        (A, B),
        "d output[1, 0] / d input 1[2, 0] is 0 by",
    ),
    "missing sum": (shifted, lambda dy, a, c: (dy, dy), (A, C), "shape (3, 4), input 1 itself (4,)"),
    "mean, not sum": (
        shifted,
        lambda dy, a, c: (dy, dy.mean(axis=0)),
        (A, C),
        "All are 0.3333 times what they should be",
    ),
    "half of it": (square_matrix, lambda dy, a: dy @ a, (A,), "gradcheck(): square_matrix"),
    "none": (squared, lambda dy, a: None, (A,), "no gradient at all"),
    "not a number": (squared, lambda dy, a: a * np.nan, (A,), "is nan by backward"),
    "only the first row": (squared, lambda dy, a: 2 * a * dy * (np.arange(3) < 1)[:, None], (A,), "8 of 144"),
    "number format": (
        squared,
        lambda dy, a: np.float32(2 * a * dy),
        (A,),
        "is float32, input 0 itself float64",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_gradients_are_caught_and_named(name):
    forward, vjp, arrays, message = WRONG[name]
    f, inputs = by_hand(forward, vjp), tuple(map(lw.tensor, arrays))
    assert not gradcheck(f, inputs, raise_exception=False)
    with pytest.raises(GradcheckError) as error:
        gradcheck(f, inputs)
    assert message in str(error.value)


def test_the_error_names_function_input_position_and_both_gradients():
    def wrong_in_one_place(dy, a):
        da = 2 * a * dy
        da[1, 2] += 0.25 * dy[1, 2]
        return da

    with pytest.raises(GradcheckError) as error:
        gradcheck(by_hand(squared, wrong_in_one_place), lw.tensor(A))
    slope = 2 * A[1, 2]
    assert str(error.value) == (
        f"gradcheck(): squared: d output[1, 2] / d input 0[1, 2] is {slope + 0.25:.6g} by backward, "
        f"{slope:.6g} by "
        "central differences (1 of 144 differ)."
    )


def test_the_tolerances_are_torchs():
    """Within atol + rtol · |difference| it passes, beyond it does not; the slope here is 2."""
    for error, passes in ((1.9e-3, True), (2.1e-3, False)):
        f = by_hand(lambda a: 2 * a, lambda dy, a, error=error: (2 + error) * dy)
        assert gradcheck(f, lw.tensor(C), raise_exception=False) == passes
        g = torch.tensor(C, requires_grad=True)

        class Twice(torch.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                return 2 * x

            @staticmethod
            def backward(ctx, dy, error=error):
                return (2 + error) * dy

        assert torch.autograd.gradcheck(Twice.apply, g, raise_exception=False) == passes
    f = by_hand(lambda a: 2 * a, lambda dy, a: 2.1 * dy)
    assert gradcheck(f, lw.tensor(C), rtol=0.06)
    assert gradcheck(f, lw.tensor(C), atol=0.11)


@pytest.mark.parametrize("L", [lw, torch])
def test_modules_are_checked_with_their_parameters(L):
    model = L.nn.Sequential(L.nn.Linear(4, 3), L.nn.Tanh(), L.nn.LayerNorm(3)).double()
    before = {name: p.detach().numpy().copy() for name, p in model.named_parameters()}
    assert gradcheck(model, L.tensor(A))
    for name, p in model.named_parameters():
        assert np.array_equal(p.detach().numpy(), before[name])
        assert p.grad is None


def test_a_wrong_gradient_of_a_parameter_is_found():
    scale = by_hand(lambda x, w: x * w, lambda dy, x, w: (dy * w, dy * x))  # w's is not summed over the rows

    class Inner(lw.nn.Module):
        def __init__(self):
            self.w = lw.nn.Parameter(lw.tensor(C))

        def forward(self, x):
            return scale(x, self.w)

    with pytest.raises(
        GradcheckError, match=r"Sequential: the gradient of parameter 0\.w has shape \(3, 4\)"
    ):
        gradcheck(lw.nn.Sequential(Inner()), lw.tensor(A))


def test_several_outputs_and_inputs_and_broadcasting():
    assert gradcheck(lambda a, c: (a * c, (a + c).sum(0)), (lw.tensor(A), lw.tensor(C)))
    cut = by_hand(squared, lambda dy, a: 0 * dy)
    with pytest.raises(GradcheckError, match="output 1"):
        gradcheck(lambda a: (a + a, cut(a)), lw.tensor(A))
    assert gradcheck(lambda a: a.sum(), lw.zeros(0, 3, dtype=lw.float64))
    assert gradcheck(lambda a: lw.tensor(1.0, dtype=lw.float64), lw.tensor(A))  # does not depend on it
    assert gradcheck(lambda a: a, lw.tensor(A))


def test_integers_are_passed_on():
    classes = lw.tensor([0, 1, 3])
    assert gradcheck(lw.nn.functional.cross_entropy, (lw.tensor(A), classes))
    with pytest.raises(ValueError, match="no input of floating-point"):
        gradcheck(lambda classes: classes, classes)
    assert gradcheck(lw.nn.Embedding(5, 2).double(), classes)


def test_a_kink_is_called_one():
    assert gradcheck(lw.relu, lw.tensor([-1.0, 2.0], dtype=lw.float64))
    with pytest.raises(
        GradcheckError, match="There is a kink: the slope is 0 on the left and 1 on the right"
    ):
        gradcheck(lw.relu, lw.zeros(2, dtype=lw.float64))
    with pytest.raises(
        GradcheckError, match="There is a kink: the slope is -1 on the left and 1 on the right"
    ):
        gradcheck(lw.abs, lw.zeros(1, dtype=lw.float64) + 1e-14)


def test_chance_is_noticed():
    with pytest.raises(GradcheckError, match=r"different results .* dropout"):
        gradcheck(lw.nn.Dropout(0.5), lw.tensor(A))
    assert gradcheck(lw.nn.Dropout(0.5).eval(), lw.tensor(A))


def test_inputs_stay_as_they_are():
    x = lw.tensor(A, requires_grad=True)
    x.grad = lw.tensor(A)
    gradcheck(lambda x: x * x, x)
    assert np.array_equal(x.data, A)
    assert np.array_equal(x.grad.data, A)


def test_bad_arguments():
    with pytest.raises(TypeError, match=r"input 1 of .* is float32, too coarse .* use \.double"):
        gradcheck(lw.mul, (lw.tensor(A), lw.tensor(A.astype("float32"))))
    with pytest.raises(TypeError, match="parameter weight of Linear is float32"):
        gradcheck(lw.nn.Linear(4, 2), lw.tensor(A))
    with pytest.raises(TypeError, match="must return tensors, got float"):
        gradcheck(lambda a: 1.0, lw.tensor(A))
