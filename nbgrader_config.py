"""nbgrader's settings for this course (nbgrader.readthedocs.io/en/stable/configuration/config_options.html).

    nbgrader generate_assignment perceptron    solutions/  ->  exercises/
    nbgrader autograde perceptron              course/submitted/<student>/  ->  course/autograded/<student>/
    nbgrader generate_feedback perceptron      course/autograded/<student>/  ->  course/feedback/<student>/

Paths count from the folder of this file: a copy of it makes a course of any folder that has a `solutions/`.
"""

import os
from pathlib import Path

c = get_config()  # noqa: F821 (nbgrader puts it there)

c.CourseDirectory.root = str(Path(__file__).resolve().parent)
c.CourseDirectory.course_id = "deep-learning"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
c.CourseDirectory.submitted_directory = "course/submitted"
c.CourseDirectory.autograded_directory = "course/autograded"
c.CourseDirectory.feedback_directory = "course/feedback"

c.Execute.timeout = 30  # seconds a cell; a solution needs less than one

# One thread a kernel: the last digit of a sum, and a grade that hangs on it, are the same on every machine.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

# As nbgrader does by default, but without the text of the hidden tests.
c.GenerateFeedback.preprocessors = [
    "nbgrader.preprocessors.GetGrades",
    "proctor.feedback.HideTests",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]
