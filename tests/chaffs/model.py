"""Mistakes in beras/model.py."""

from autograder.audit.chaffs import Chaff, all_of, value_of

FILE = "beras/model.py"
CHAIN, STEP = "SequentialModel", "SequentialModel.batch_step"
FIT, EVALUATE = "SequentialModel.fit", "SequentialModel.evaluate"
ASSIGNMENT, LEARNS = "assignment.py", "Loss falls on real digits"

TRAINS = "self.optimizer.apply_gradients(parameters, tape.gradient(loss, parameters))"
METRICS = 'metrics = {"loss": float(loss), "acc": float(self.acc_fn(predictions, y))}'
FIT_ROWS = "for rows in _batches(random.permutation(len(x)), batch_size):"
FIT_STEP = "running.add(self.batch_step(x[rows], y[rows]), len(rows))"
JUDGE = "metrics, batch_predictions = self.batch_step(x[rows], y[rows], training=False)"
JUDGED = "return running.means(), np.concatenate(predictions)"


def edit(falls, name, old, new, blocked=None, diagnosis="", also=()):
    return Chaff(f"model-{name}", FILE, old, new, falls, blocked or {}, diagnosis, also)


CHAFFS = (
    edit(value_of(CHAIN), "chain-weights-reversed",
         "return [weight for layer in self.layers for weight in layer.weights]",
         "return [weight for layer in reversed(self.layers) for weight in layer.weights]"),
    edit(value_of(CHAIN), "chain-weights-copied",
         "return [weight for layer in self.layers for weight in layer.weights]",
         "return [weight.copy() for layer in self.layers for weight in layer.weights]",
         value_of(STEP, FIT, LEARNS) | all_of(ASSIGNMENT)),
    edit(all_of(CHAIN), "chain-layers-not-chained", "            x = layer(x)\n        return x",
         "            y = layer(x)\n        return y",
         all_of(STEP, FIT, EVALUATE, ASSIGNMENT, LEARNS)),
    edit(value_of(STEP), "step-never-updates", TRAINS, "pass", value_of(FIT, ASSIGNMENT, LEARNS),
         "untrained"),
    edit(value_of(STEP), "layers-run-by-forward", "x = layer(x)", "x = layer.forward(x)",
         value_of(FIT, LEARNS, ASSIGNMENT), "layers-unseen"),
    edit(all_of(STEP), "step-loss-run-by-forward", "loss = self.loss_fn(predictions, y)",
         "loss = self.loss_fn.forward(predictions, y)", all_of(FIT, LEARNS, ASSIGNMENT),
         "loss-unseen"),
    edit(value_of(STEP), "step-runs-before-the-tape", "            predictions = self(x)\n", "",
         value_of(FIT, LEARNS, ASSIGNMENT), "outside-tape",
         (("        with GradientTape() as tape:", "        predictions = self(x)\n"
           "        with GradientTape() as tape:"),)),
    edit(value_of(STEP), "step-trains-always", "if not training:", "if not training and y is None:",
         all_of(EVALUATE), "trains"),
    edit(value_of(STEP), "step-trains-while-judging", "if not training:",
         f"if not training:\n            parameters = self.trainable_variables\n"
         f"            {TRAINS}", value_of(EVALUATE), "trains"),
    edit(value_of(STEP), "step-without-training-freezes", "if not training:",
         "if not training:\n            self.trainable = False", value_of(EVALUATE), "left-frozen"),
    edit(value_of(EVALUATE), "evaluate-freezes", JUDGE, f"self.trainable = False\n            {JUDGE}",
         {}, "left-frozen"),
    edit(value_of(STEP), "step-loss-after-the-step", TRAINS,
         f'{TRAINS}\n        metrics["loss"] = float(self.loss_fn(self(x), y))'),
    edit(all_of(STEP), "step-without-accuracy", METRICS, 'metrics = {"loss": float(loss)}',
         all_of(FIT, EVALUATE, ASSIGNMENT, LEARNS)),
    edit(value_of(STEP), "step-does-not-train-by-default",
         "def __repr__(self):",
         "step = batch_step\n\n    def batch_step(self, x, y, training=False):\n"
         "        return self.step(x, y, training)\n\n    def __repr__(self):",
         all_of(FIT, ASSIGNMENT, LEARNS), "untrained"),
    edit(value_of(STEP), "step-swaps-arguments-of-the-loss", "loss = self.loss_fn(predictions, y)",
         "loss = self.loss_fn(y, predictions)",
         value_of(FIT, EVALUATE, ASSIGNMENT, LEARNS)),
    edit(all_of(STEP), "step-missing-return", TRAINS, f"{TRAINS}\n        return None",
         all_of(FIT, ASSIGNMENT, LEARNS), "missing-return"),
    edit(value_of(STEP), "step-predictions-of-all-zeros", "return metrics, predictions",
         "return metrics, np.zeros_like(predictions)", value_of(EVALUATE), "zeros"),
    edit(all_of(FIT), "fit-returns-none", "return history", "history", {}, "missing-return"),
    edit(all_of(FIT), "fit-returns-last-epoch", "return history",
         "return {name: values[-1] for name, values in history.items()}", {}, "not-a-list"),
    edit(value_of(FIT), "fit-history-of-zeros", "return history",
         "return {name: [0.0 for _ in values] for name, values in history.items()}"),
    edit(value_of(FIT), "fit-first-batch-only", FIT_STEP, f"{FIT_STEP}\n                break", value_of(LEARNS)),
    edit(value_of(FIT), "fit-batches-overlap", FIT_ROWS, "for rows in [slice(k, k + batch_size) for k "
         "in range(-(-len(x) // batch_size))]:", {}, "",
         (("running.add(self.batch_step(x[rows], y[rows]), len(rows))",
           "running.add(self.batch_step(x[rows], y[rows]), batch_size)"),)),
    edit(value_of(FIT), "fit-whole-data-each-step", FIT_STEP,
         "running.add(self.batch_step(x, y), len(rows))\n                break",
         value_of(LEARNS)),
    edit(value_of(FIT), "fit-labels-not-shuffled", FIT_STEP, FIT_STEP.replace("y[rows]", "y[np.sort(rows)]"),
         value_of(LEARNS)),
    edit(value_of(FIT), "fit-ignores-batch-size", "in _batches(random.permutation(len(x)), batch_size):",
         "in _batches(random.permutation(len(x)), 1):"),
    edit(value_of(LEARNS), "labels-left-behind-from-second-epoch", FIT_STEP,
         FIT_STEP.replace("y[rows]", "y[rows if epoch == 0 else np.sort(rows)]")),
    edit(all_of(EVALUATE), "evaluate-returns-none", JUDGED, JUDGED[len("return ") :], {}, "missing-return"),
    edit(value_of(EVALUATE), "evaluate-last-batch-only", JUDGED, "return metrics, np.concatenate(predictions)", {},
         "last-batch"),
    edit(all_of(EVALUATE), "evaluate-lists-of-each-batch", JUDGED,
         "return {\"loss\": losses, \"acc\": losses}, np.concatenate(predictions)", {}, "per-batch",
         (("running, predictions = _RunningMeans(), []",
           "running, predictions, losses = _RunningMeans(), [], []"),
          ("predictions.append(batch_predictions)",
           "predictions.append(batch_predictions)\n            losses.append(metrics[\"loss\"])"))),
    edit(all_of(EVALUATE), "evaluate-lists-of-another-size", JUDGED,
         "return {k: [v - 1, v + 1] for k, v in running.means().items()}, np.concatenate(predictions)",
         {}, "per-batch"),
    edit(all_of(EVALUATE), "evaluate-predictions-of-last-batch", JUDGED, "return running.means(), batch_predictions",
         {}, "last-batch"),
    edit(value_of(EVALUATE), "evaluate-trains", JUDGE,
         "metrics, batch_predictions = self.batch_step(x[rows], y[rows]), self(x[rows])", {},
         "trains"),
)
