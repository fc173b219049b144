"""Looking inside a network: is its gradient right, and is its training healthy?"""

from .doctor import doctor as doctor
from .finding import Finding as Finding
from .finding import Letter as Letter
from .gradcheck import GradcheckError as GradcheckError
from .gradcheck import gradcheck as gradcheck
from .jacobian import jacobian as jacobian
from .jacobian import layer_singular_values as layer_singular_values
from .jacobian import singular_values as singular_values
from .probe import LayerRecord as LayerRecord
from .probe import Probe as Probe
from .probe import probe as probe
from .probe_callback import ProbeCallback as ProbeCallback
from .shape_map import LayerShape as LayerShape
from .shape_map import ShapeMap as ShapeMap
from .shape_map import shapes as shapes
