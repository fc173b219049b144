"""Pictures. They need Matplotlib, which is imported when the first one is drawn."""

from .decision import decision_boundary as decision_boundary
from .decision import points as points
