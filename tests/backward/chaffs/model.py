"""Mistakes in beras/model.py."""

from autograder.audit.chaffs import Chaff, all_of, value_of

FILE = "beras/model.py"
SEQUENTIAL, STEP, FIT, EVALUATE = (
    "Sequential",
    *(f"Sequential.{name}" for name in ("batch_step", "fit", "evaluate")),
)
ASSIGNMENT, LEARNS = "assignment.py", "Loss falls on real digits"
PARAMETERS = "return [parameter for layer in self.layers for parameter in layer.parameters]"
CHAIN = "x = layer(x)"
LOSS = "loss = self.loss_fn(predictions, y)"
ZERO, BACKWARD, DO_STEP = "self.optimizer.zero_grad()", "loss.backward()", "self.optimizer.step()"
ORDER = f"        {ZERO}\n        {BACKWARD}\n        {DO_STEP}\n"


UNTRAINED = value_of(FIT, ASSIGNMENT, LEARNS)


def steps(*lines):
    return "".join(f"        {line}\n" for line in lines)


def model(name, old, new, falls, blocked=None, diagnosis="", also=()):
    return Chaff(f"sequential-{name}", FILE, old, new, falls, blocked or {}, diagnosis, also)


def untrained(name, *lines):
    """A batch_step of these lines changes no parameter."""
    return model(name, ORDER, steps(*lines), value_of(STEP), UNTRAINED, "untrained")


CHAFFS = (
    model(
        "parameters-of-the-first-layer",
        PARAMETERS,
        "return list(self.layers[0].parameters)",
        value_of(SEQUENTIAL),
        value_of(STEP, FIT),
    ),
    model(
        "parameters-by-layer",
        PARAMETERS,
        "return [layer.parameters for layer in self.layers]",
        value_of(SEQUENTIAL),
        all_of(STEP, FIT, ASSIGNMENT, LEARNS),
    ),
    model(
        "layers-by-forward",
        CHAIN,
        "x = layer.forward(x)",
        value_of(STEP),
        UNTRAINED,
        "layers-unseen",
    ),
    model(
        "stops-after-one-layer",
        CHAIN,
        f"return {CHAIN[4:]}",
        all_of(SEQUENTIAL),
        all_of(STEP, FIT, EVALUATE) | value_of(ASSIGNMENT, LEARNS),
    ),
    model("without-zero-grad", ORDER, steps(BACKWARD, DO_STEP), value_of(STEP), {}, "adds-up"),
    untrained("zero-grad-before-step", BACKWARD, ZERO, DO_STEP),
    untrained("step-before-backward", ZERO, DO_STEP, BACKWARD),
    untrained("without-backward", ZERO, DO_STEP),
    untrained("without-step", ZERO, BACKWARD),
    model(
        "steps-twice", ORDER, steps(ZERO, BACKWARD, DO_STEP, DO_STEP), value_of(STEP), value_of(FIT), "twice"
    ),
    model(
        "loss-by-forward",
        LOSS,
        LOSS.replace("loss_fn(", "loss_fn.forward("),
        all_of(STEP, ASSIGNMENT, LEARNS),
        all_of(FIT),
        "loss-unseen",
    ),
    model(
        "labels-first",
        LOSS,
        "loss = self.loss_fn(y, predictions)",
        value_of(STEP),
        UNTRAINED | value_of(EVALUATE),
    ),
    model(
        "trains-while-it-evaluates",
        "        if not training:\n            return metrics, predictions\n",
        "        both = metrics, predictions\n",
        value_of(STEP),
        all_of(EVALUATE),
        "trains",
        (
            (
                f"{DO_STEP}\n        return metrics",
                f"{DO_STEP}\n        return metrics if training else both",
            ),
        ),
    ),
    model(
        "one-epoch-only",
        "            if wandb_run:\n                wandb_run.log(running.means())\n",
        "            break\n",
        all_of(FIT),
        value_of(LEARNS),
    ),
    model(
        "evaluate-leaves-frozen",
        "with Tensor.no_grad():",
        "Tensor.requires_grad = False\n        if True:",
        value_of(EVALUATE),
        {},
        "left-frozen",
    ),
    model(
        "evaluate-trains", "y[rows], training=False)", "y[rows]), self(x[rows])", all_of(EVALUATE)
    ),
    model(
        "predictions-of-the-last-batch",
        "np.concatenate(predictions)",
        "predictions[-1]",
        all_of(EVALUATE),
        {},
        "last-batch",
    ),
)
