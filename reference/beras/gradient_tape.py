"""Backpropagation: the chain rule over the layers that ran while the tape was recording."""

import numpy as np  # KEEP

from .core import Diffable, Tensor  # KEEP


class GradientTape:
    """Records each Diffable that is called inside its `with` block.

    `previous_layers` maps the id of an output to the layer that made it.
    Raises RuntimeError when entered while another tape is recording.
    """

    def __init__(self):
        self.previous_layers = {}

    def __enter__(self):
        # BEGIN SOLUTION: GradientTape opens and closes
        # HINT: While a tape records, it is `Diffable.gradient_tape`.
        if Diffable.gradient_tape is not None:
            raise RuntimeError("a GradientTape is already recording: tapes do not nest")
        Diffable.gradient_tape = self
        return self
        # END SOLUTION

    def __exit__(self, *exception):
        # BEGIN SOLUTION: GradientTape opens and closes
        Diffable.gradient_tape = None
        # END SOLUTION

    def gradient(self, target, sources):
        """Return d target / d source for each of sources, shaped and ordered as they are.

        A loss starts from its local gradient; a batch of outputs (N, r) counts as its sum.
        A source that the target does not depend on gets zeros.
        Raises ValueError if target was not computed under this tape, and RuntimeError if a
        layer on the way was called again since, because a layer remembers its last call only.
        """
        # BEGIN SOLUTION
        # HINT: Walk back from the target: `previous_layers` names the layer that made an output,
        # HINT: and that layer's `inputs` may be outputs of layers before it.
        if id(target) not in self.previous_layers:
            raise ValueError("the target was not computed while this tape was recording")
        gradients = {id(target): None if np.ndim(target) < 2 else np.ones_like(target)}
        layers = list(self._layers_before(target).values())
        needed = self._tensors_after(sources, layers)
        for output, layer in reversed(layers):
            if id(output) in needed and id(output) in gradients:
                self._backpropagate(layer, gradients[id(output)], gradients, needed)
        return [
            Tensor(gradients[id(source)] if id(source) in gradients else np.zeros_like(source))
            for source in sources
        ]
        # END SOLUTION

    def __repr__(self):
        return f"GradientTape({len(self.previous_layers)} calls recorded)"

    # BEGIN STAFF
    def _layers_before(self, tensor, found=None):
        """Return {id: (output, layer)} of all that tensor comes from, inputs before outputs."""
        found = {} if found is None else found
        layer = self.previous_layers.get(id(tensor))
        if layer is None or id(tensor) in found:
            return found
        if layer.outputs[0] is not tensor:
            raise RuntimeError(f"{layer!r} was called again after the call to differentiate")
        for layer_input in layer.inputs:
            self._layers_before(layer_input, found)
        found[id(tensor)] = tensor, layer
        return found

    @staticmethod
    def _tensors_after(sources, layers):
        """Return the ids of sources and of all outputs that depend on one of them."""
        needed = {id(source) for source in sources}
        for output, layer in layers:
            if not needed.isdisjoint(map(id, [*layer.inputs, *layer.weights])):
                needed.add(id(output))
        return needed

    @staticmethod
    def _backpropagate(layer, upstream, gradients, needed):
        """Add to gradients what reaches the layer's inputs and weights, where it is needed."""
        for tensors, compose in (
            (layer.inputs, layer.compose_input_gradients),
            (layer.weights, layer.compose_weight_gradients),
        ):
            if needed.isdisjoint(map(id, tensors)):
                continue  # most of all, nobody asks for the gradient of the first layer's input
            for tensor, gradient in zip(tensors, compose([upstream]), strict=False):
                known = gradients.get(id(tensor))
                # A sum, because a tensor may feed several layers; a new one, for nobody's
                # array is ours to change.
                gradients[id(tensor)] = gradient if known is None else known + gradient

    # END STAFF
