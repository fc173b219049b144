"""The mathematics: pure functions on NumPy arrays, each beside its vector-Jacobian product (`_vjp`)."""
