"""proctor grades a course of nbgrader notebooks."""
