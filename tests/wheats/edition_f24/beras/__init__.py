from beras.activations import *
from beras.core import *
from beras.gradient_tape import *
from beras.losses import *
from beras.metrics import *
from beras.model import *
