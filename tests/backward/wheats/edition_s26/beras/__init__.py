from beras.activations import *
from beras.core import *
from beras.layers import *
from beras.losses import *
from beras.metrics import *
from beras.model import *
from beras.onehot import *
from beras.optimizers import *
