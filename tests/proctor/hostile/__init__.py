"""Attacks on the grader, and damaged submissions: what each does, and what must come of it."""
