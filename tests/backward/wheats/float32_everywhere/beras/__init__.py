from .activations import *
from .core import *
from .layers import *
from .losses import *
from .metrics import *
from .model import *
from .onehot import *
from .optimizers import *
