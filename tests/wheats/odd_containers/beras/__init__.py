from .framework import *
