"""Mistakes in beras/model.py."""

from autograder.audit.chaffs import Chaff

FILE = "beras/model.py"
CHAIN, STEP = "SequentialModel", "SequentialModel.batch_step"
FIT, EVALUATE = "SequentialModel.fit", "SequentialModel.evaluate"
ASSIGNMENT, LEARNS = "assignment.py", "Loss falls on real digits"

TRAINS = "self.optimizer.apply_gradients(parameters, tape.gradient(loss, parameters))"
METRICS = 'metrics = {"loss": float(loss), "acc": float(self.acc_fn(predictions, y))}'
FIT_STEP = "running.add(self.batch_step(x[rows], y[rows]), len(rows))"
JUDGE = "metrics, batch_predictions = self.batch_step(x[rows], y[rows], training=False)"
JUDGED = "return running.means(), np.concatenate(predictions)"


def edit(item, name, old, new, lost, blocked=None, diagnosis="", also=()):
    return Chaff(f"model-{name}", FILE, old, new, {item: lost}, blocked or {}, diagnosis, also)


CHAFFS = (
    edit(CHAIN, "chain-weights-reversed",
         "return [weight for layer in self.layers for weight in layer.weights]",
         "return [weight for layer in reversed(self.layers) for weight in layer.weights]", 1),
    edit(CHAIN, "chain-weights-copied",
         "return [weight for layer in self.layers for weight in layer.weights]",
         "return [weight.copy() for layer in self.layers for weight in layer.weights]", 1,
         {STEP: 2, FIT: 1, LEARNS: 1}),
    edit(CHAIN, "chain-layers-not-chained", "            x = layer(x)\n        return x",
         "            y = layer(x)\n        return y", 1,
         {STEP: 2, FIT: 1, EVALUATE: 1, ASSIGNMENT: 1, LEARNS: 1}),
    edit(STEP, "step-never-updates", TRAINS, "pass", 2, {FIT: 1, LEARNS: 1}, "untrained"),
    edit(STEP, "step-trains-frozen-weights", "parameters = self.trainable_variables",
         "parameters = self.weights", 2, {}, "ignores-flag"),
    edit(STEP, "step-trains-always", "if not training:", "if not training and y is None:", 2,
         {EVALUATE: 1}, "trains"),
    edit(STEP, "step-trains-while-judging", "if not training:",
         f"if not training:\n            parameters = self.trainable_variables\n"
         f"            {TRAINS}", 2, {EVALUATE: 1}, "trains"),
    edit(STEP, "step-loss-after-the-step", TRAINS,
         f'{TRAINS}\n        metrics["loss"] = float(self.loss_fn(self(x), y))', 2),
    edit(STEP, "step-without-accuracy", METRICS, 'metrics = {"loss": float(loss)}', 2,
         {FIT: 1, EVALUATE: 1, LEARNS: 1}),
    edit(STEP, "step-does-not-train-by-default",
         'def batch_step(self, x, y, training=True):\n        """Judge',
         'def batch_step(self, x, y, training=False):\n        """Judge', 2,
         {FIT: 1, LEARNS: 1}, "untrained"),
    edit(STEP, "step-swaps-arguments-of-the-loss", "loss = self.loss_fn(predictions, y)",
         "loss = self.loss_fn(y, predictions)", 2, {FIT: 1, EVALUATE: 1, LEARNS: 1}),
    edit(STEP, "step-missing-return", TRAINS, f"{TRAINS}\n        return None",
         2, {FIT: 1, ASSIGNMENT: 1, LEARNS: 1}, "missing-return"),
    edit(STEP, "step-predictions-of-all-zeros", "return metrics, predictions",
         "return metrics, np.zeros_like(predictions)", 2, {EVALUATE: 1}, "zeros"),
    edit(FIT, "fit-returns-none", "return history", "history", 1, {}, "missing-return"),
    edit(FIT, "fit-returns-last-epoch", "return history",
         "return {name: values[-1] for name, values in history.items()}", 1, {}, "not-a-list"),
    edit(FIT, "fit-history-of-zeros", "return history",
         "return {name: [0.0 for _ in values] for name, values in history.items()}", 1),
    edit(FIT, "fit-first-batch-only", FIT_STEP, f"{FIT_STEP}\n                break", 1, {LEARNS: 1}),
    edit(FIT, "fit-whole-data-each-step", FIT_STEP,
         "running.add(self.batch_step(x, y), len(rows))\n                break", 1,
         {LEARNS: 1}),
    edit(FIT, "fit-labels-not-shuffled", FIT_STEP, FIT_STEP.replace("y[rows]", "y[np.sort(rows)]"), 1,
         {LEARNS: 1}),
    edit(FIT, "fit-ignores-batch-size", "in _batches(random.permutation(len(x)), batch_size):",
         "in _batches(random.permutation(len(x)), 1):", 1),
    edit(LEARNS, "labels-left-behind-from-second-epoch", FIT_STEP,
         FIT_STEP.replace("y[rows]", "y[rows if epoch == 0 else np.sort(rows)]"), 1),
    edit(EVALUATE, "evaluate-returns-none", JUDGED, JUDGED[len("return ") :], 1, {}, "missing-return"),
    edit(EVALUATE, "evaluate-last-batch-only", JUDGED, "return metrics, np.concatenate(predictions)", 1, {},
         "last-batch"),
    edit(EVALUATE, "evaluate-predictions-of-last-batch", JUDGED, "return running.means(), batch_predictions",
         1, {}, "last-batch"),
    edit(EVALUATE, "evaluate-trains", JUDGE,
         "metrics, batch_predictions = self.batch_step(x[rows], y[rows]), self(x[rows])", 1, {},
         "trains"),
)
