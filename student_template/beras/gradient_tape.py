"""Backpropagation: the chain rule over the layers that ran while the tape was recording."""

import numpy as np

from .core import Diffable, Tensor


class GradientTape:
    """Records each Diffable that is called inside its `with` block.

    `previous_layers` maps the id of an output to the layer that made it.
    Raises RuntimeError when entered while another tape is recording.
    """

    def __init__(self):
        self.previous_layers = {}

    def __enter__(self):
        # HINT: While a tape records, it is `Diffable.gradient_tape`.
        raise NotImplementedError("GradientTape.__enter__: roadmap 5.1")

    def __exit__(self, *exception):
        raise NotImplementedError("GradientTape.__exit__: roadmap 5.1")

    def gradient(self, target, sources):
        """Return d target / d source for each of sources, shaped and ordered as they are.

        A loss starts from its local gradient; a batch of outputs (N, r) counts as its sum.
        A source that the target does not depend on gets zeros.
        Raises ValueError if target was not computed under this tape, and RuntimeError if a
        layer on the way was called again since, because a layer remembers its last call only.
        """
        # HINT: Walk back from the target: `previous_layers` names the layer that made an output,
        # HINT: and that layer's `inputs` may be outputs of layers before it.
        raise NotImplementedError("GradientTape.gradient: roadmap 5.2")

    def __repr__(self):
        return f"GradientTape({len(self.previous_layers)} calls recorded)"
