"""Data to learn from."""

from .toy import gaussians as gaussians
from .toy import hyperplane as hyperplane
from .toy import moons as moons
from .toy import xor as xor
