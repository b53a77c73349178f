"""What a student reads of the mistakes that only Beras knows; `{fact}` is what was found in one."""

from __future__ import annotations

SENTENCES = {
    "stale": "This is the answer for an earlier call: nothing of that call may be kept.",
    "no-bias": "The bias is missing.",
    "alpha": "The slope below 0 is not the `alpha` that was asked for.",
    "slope-times-x": "Below 0 this is alpha times x: the slope alone is asked for.",
    "is-output": "This is the output of forward, not a gradient.",
    "is-input": "This is the input of forward, not a gradient.",
    "sum-for-mean": "This is the sum where the mean is asked for.",
    "entry-by-entry": "Entries were compared one by one: of each row only the place of its largest "
    "counts.",
    "percent": "This is a percentage: the share goes from 0 to 1.",
    "mean-for-sum": "This is the mean over the batch where the sum is asked for.",
    "j-ignored": "This is the local gradient: it was not multiplied with the upstream gradient.",
    "j-elementwise": "The upstream gradient was multiplied entry by entry; each of its rows times "
    "that sample's Jacobian is a sum over the outputs.",
    "j-wrong-side": "The upstream gradient was multiplied with w where w transposed belongs.",
    "other-argument": "This is the gradient with respect to the labels, not the predictions.",
    "combined-softmax": "y_pred - y_true is the gradient of softmax and cross-entropy in one; "
    "here the loss alone is asked for.",
    "swapped-arguments": "Predictions and labels are the wrong way round in the formula.",
    "log-of-zero": "A logarithm of 0 was taken, of the labels by the look of it: take it of the "
    "predictions alone.",
    "overflow": "exp of a large number is infinite: rewrite the formula so that it takes exp of "
    "numbers up to 0 only.",
    "whole-batch-max": "The maximum of the whole batch was subtracted: take each row's own.",
    "wrong-axis": "The sum runs over the batch: each row has to add up to 1 (axis=-1).",
    "no-softmax": "Cross-entropy asks for probabilities: is Softmax the last layer?",
    "mirrored": "This is the answer for -x: look at the sign before x.",
    "no-delta": "Only -y_i y_j is there: where i = j, delta_ij is 1 and y_i comes on top.",
    "root": "This is the root of what is asked for.",
    "mean-squared": "The mean was squared: each difference is, and then the mean is taken.",
    "labels-not-used": "The labels are not in it: of each row only the true class counts.",
    "other-logarithm": "This is a logarithm to another base: np.log is the natural one.",
    "labels-ignored": "The labels are not in it: only the true class of each row has a gradient.",
    "no-clip": "The probability 0 is not clipped before its logarithm is taken.",
    "unclipped-gradient": "The gradient divides by a probability of 0: it needs the clip of "
    "forward too.",
    "epsilon": "The clip is not where the argument `epsilon` says.",
    "clipped": "The predictions were clipped to [0, 1]: here they may be any real numbers.",
    "writes-into-input": "forward wrote into the array that it was given, which others still need: "
    "make a new one.",
    "chain-broken": "{fact}: leave it alone. A tape finds its way by the very objects of a call, "
    "and a copy leads nowhere.",
    "call-breaks-chain": "{fact} holds other objects than the call took and returned, though "
    "forward leaves it alone: look at `__call__`.",
    "shared-state": "Parameters share their moments: each needs a state of its own.",
    "state-forgotten": "Each step is made as if it were the first: what is remembered of the steps "
    "before has to be kept in the optimizer.",
    "corrected-kept": "The corrected moments go into the next step: keep m and v as they are, and "
    "correct copies.",
    "step-per-parameter": "The step count t rises for each parameter: it rises once per call.",
    "step-fixed": "The step count t does not rise from call to call.",
    "half-corrected": "Only one of the two moments is corrected for its bias.",
    "not-squared": "v has to add up squares of the gradient: here it adds up the gradient itself.",
    "no-bias-correction": "The moments are used without bias correction.",
    "beta-swapped": "beta and 1 - beta are the wrong way round.",
    "rebound": "The parameter did not change: is there a `p = p - step`, which makes a new array? "
    "Write into the one that came in.",
    "column-order": "The columns stand in order of appearance: sorted order is asked for.",
    "refit": "The encoder fitted itself to this batch: keep the columns of the labels that `fit` "
    "saw.",
    "indices": "These are the columns' numbers, not the labels.",
    "last-batch": "This is of the last batch alone, not of all of them.",
    "untrained": "The weights are what they were before.",
    "layers-unseen": "The model runs its layers by their `forward`, which no tape sees: write "
    "`layer(x)`.",
    "loss-unseen": "The loss is run by its `forward`, which no tape sees: call the loss itself.",
    "outside-tape": "The layers or the loss ran while no tape was open: run them inside `with "
    "GradientTape()`.",
    "model-on-tape": "The tape knows the model in place of its last layer: under a tape run "
    "`self.forward(x)`, not `self(x)`.",
    "twice": "This is a step of twice the size: is it taken twice, or a gradient counted twice?",
    "trains": "The weights were changed, though nothing was to be trained.",
    "left-frozen": "Judging left weights frozen: set `trainable` back to what it was, or leave it.",
    "not-restored": "The flag of some weight does not follow `trainable`.",
    "overwrites": "Only one of two contributions is there: gradients that meet in a tensor add up.",
    "wrong-fan": "The variance is {fact}: look up which of m and r the initializer divides by.",
    "deviation": "The variance is the square of what it should be: is it given where NumPy asks "
    "for the standard deviation?",
    "random-bias": "The bias has to start at 0.",
    "per-row": "This is one entry for each row: their mean, one number, is asked for.",
    "per-batch": "These are several numbers: one is asked for, for all rows together.",
    "step-from-zero": "The step count t is 0 at the first step, and 1 - beta ** 0 is 0: raise t "
    "before you divide.",
    "no-weights": "A weight is None: does the initializer return arrays for w and b?",
    "bias-shape": "The bias has one entry for each output: shape (r,) or (1, r).",
    "x-for-y": "x stands in the formula where y belongs: the output, self.outputs[0].",
    "self-forgotten": "`{fact}` belongs to the object: write `self.{fact}`.",
    "other-name": "In this homework {fact}.",
    "list-as-array": "A list was used like an array: {fact}. Take an entry of it first, as in "
    "self.inputs[0].",
    "not-recorded": "The tape knows no layer that made this tensor: is it an input or a weight, or "
    "was `layer.forward(x)` run, not `layer(x)`?",
}
