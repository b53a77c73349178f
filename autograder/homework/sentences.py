"""What a student reads of the mistakes that only Beras knows; `{fact}` is what was found in one."""

from __future__ import annotations

SENTENCES = {
    "stale": "This is the answer to an earlier call: nothing of that call may be kept.",
    "no-bias": "The bias is missing.",
    "alpha": "The slope below 0 is not the `alpha` that was asked for.",
    "slope-times-x": "Below 0 this is alpha times x, but only the slope is asked for.",
    "is-output": "This is the output of forward, not a gradient.",
    "is-input": "This is the input of forward, not a gradient.",
    "sum-for-mean": "This is the sum, but the mean is asked for.",
    "entry-by-entry": "Entries were compared one by one: compare only the column of the largest "
    "entry in each row.",
    "percent": "This is a percentage: return a share from 0 to 1.",
    "mean-for-sum": "This is the mean over the batch, but the sum is asked for.",
    "j-ignored": "This is the local gradient: it was not multiplied by the upstream gradient.",
    "j-elementwise": "The upstream gradient was multiplied entry by entry: multiply each row by "
    "that sample's Jacobian, and sum over the outputs.",
    "j-wrong-side": "The upstream gradient was multiplied by w: it has to be multiplied by w "
    "transposed.",
    "other-argument": "This is the gradient with respect to the labels, not the predictions.",
    "combined-softmax": "y_pred - y_true is the gradient of softmax and cross-entropy together; "
    "here the loss alone is asked for.",
    "swapped-arguments": "Predictions and labels are swapped in the formula.",
    "log-of-zero": "This takes a logarithm of 0, probably in the labels: take the logarithm of "
    "the predictions alone.",
    "overflow": "exp of a large number overflows to infinity: rewrite the formula so that exp "
    "gets only numbers up to 0.",
    "whole-batch-max": "The maximum of the whole batch was subtracted: subtract each row's own.",
    "wrong-axis": "The sum runs over the batch: each row has to add up to 1 (axis=-1).",
    "no-softmax": "Cross-entropy asks for probabilities: is Softmax the last layer?",
    "mirrored": "This is the answer for -x: look at the sign before x.",
    "no-delta": "Only -y_i y_j is there: on the diagonal, where i = j, delta_ij is 1, so add y_i.",
    "root": "This is the square root of what is asked for.",
    "mean-squared": "The mean was squared: square each difference first, then take the mean.",
    "labels-not-used": "The labels are not used: only the true class of each row counts.",
    "other-logarithm": "This logarithm has another base: np.log is the natural logarithm.",
    "labels-ignored": "The labels are not used: only the true class of each row has a gradient.",
    "no-clip": "The probability 0 is not clipped before its logarithm is taken.",
    "unclipped-gradient": "The gradient divides by a probability of 0: clip it as forward does.",
    "epsilon": "The predictions are not clipped at the `epsilon` that was passed.",
    "clipped": "The predictions were clipped to [0, 1]: here they may be any real numbers.",
    "writes-into-input": "forward wrote into its input, which other code still needs: compute in "
    "a new array.",
    "chain-broken": "{fact}: leave it alone. A tape follows the very objects of a call, and a "
    "copy breaks the chain.",
    "call-breaks-chain": "{fact} does not hold the very objects that the call took and returned. "
    "forward leaves it alone, so look at `__call__`.",
    "shared-state": "Parameters share their moments: each needs its own.",
    "state-forgotten": "Each step is made as if it were the first: the optimizer has to keep its "
    "state from step to step.",
    "corrected-kept": "The corrected moments go into the next step: keep m and v as they are, "
    "and correct copies.",
    "step-per-parameter": "The step count t goes up for each parameter: raise it once per call.",
    "step-fixed": "The step count t does not go up from call to call.",
    "half-corrected": "Only one of the two moments is corrected for its bias.",
    "not-squared": "v has to add up the squared gradients: here it adds up the gradients "
    "themselves.",
    "no-bias-correction": "The moments are used without bias correction.",
    "beta-swapped": "beta and 1 - beta are swapped.",
    "rebound": "The parameter did not change: is there a `p = p - step`, which makes a new "
    "array? Change the array that was passed in, in place.",
    "column-order": "The columns are in order of appearance: they have to be in sorted order of "
    "the labels.",
    "refit": "The encoder fitted itself to this batch: keep the columns of the labels that `fit` "
    "saw.",
    "indices": "These are column numbers, not labels.",
    "last-batch": "This covers the last batch alone: it has to cover all batches.",
    "untrained": "The weights did not change.",
    "layers-unseen": "The model calls `layer.forward(x)`, which no tape records: call `layer(x)`.",
    "loss-unseen": "The model calls the `forward` of its loss, which no tape records: call the "
    "loss itself.",
    "outside-tape": "The layers or the loss ran while no tape was open: run them inside `with "
    "GradientTape()`.",
    "model-on-tape": "The tape recorded the model instead of its last layer: under a tape, call "
    "`self.forward(x)`, not `self(x)`.",
    "twice": "This step is twice as large as it should be: is it taken twice, or is a gradient "
    "counted twice?",
    "trains": "The weights changed, but nothing should have been trained.",
    "left-frozen": "Evaluation left weights frozen: set `trainable` back to what it was, or do "
    "not touch it.",
    "not-restored": "Setting `trainable` has to set the flag of every weight.",
    "overwrites": "Only one of two contributions is there: add up the gradients that reach the "
    "same tensor.",
    "wrong-fan": "The variance is {fact}: look up which of m and r the initializer divides by.",
    "deviation": "The variance is the square of what it should be: did you pass it where NumPy "
    "asks for the standard deviation?",
    "random-bias": "The bias has to start at 0.",
    "per-row": "This is one number for each row: return their mean, a single number.",
    "per-batch": "These are several numbers: return one, for all rows together.",
    "step-from-zero": "The step count t is 0 at the first step, and 1 - beta ** 0 is 0: raise t "
    "before you divide.",
    "no-weights": "A weight is None: does the initializer return arrays for w and b?",
    "bias-shape": "The bias has one entry for each output: shape (r,) or (1, r).",
    "x-for-y": "The formula has x where y belongs: y is the output, self.outputs[0].",
    "self-forgotten": "`{fact}` belongs to the object: write `self.{fact}`.",
    "other-name": "In this homework {fact}.",
    "list-as-array": "A list was used like an array: {fact}. Take an entry of it first, as in "
    "self.inputs[0].",
    "not-recorded": "The tape recorded no layer that made this tensor: is it an input or a "
    "weight, or was `layer.forward(x)` called, not `layer(x)`?",
}
