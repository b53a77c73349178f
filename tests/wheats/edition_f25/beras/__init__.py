# as handed out in spring 2025: layers, optimizers and onehot are imported by name where needed
from .activations import *
from .core import *
from .gradient_tape import *
from .losses import *
from .metrics import *
from .model import *
