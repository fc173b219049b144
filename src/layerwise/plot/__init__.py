"""Pictures. They need Matplotlib, which is imported when the first one is drawn."""

from .architecture import architecture as architecture
from .attention import attention as attention
from .confusion import confusion_matrix as confusion_matrix
from .curves import learning_curves as learning_curves
from .decision import decision_boundary as decision_boundary
from .decision import points as points
from .images import feature_maps as feature_maps
from .images import filters as filters
from .images import images as images
from .landscape import Slice as Slice
from .landscape import loss_surface as loss_surface
from .layers import distributions as distributions
from .layers import layers as layers
