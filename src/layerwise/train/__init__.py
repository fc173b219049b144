"""Training: one `Trainer` for models of this library and of torch."""
