"""Mistakes in beras/optimizers.py."""

from autograder.audit.chaffs import Chaff, all_of, value_of

FILE = "beras/optimizers.py"
ASSIGNMENT, LEARNS = "assignment.py", "Loss falls on real digits"
DESCENT = "p -= self.learning_rate * g"
RMS_LOOP = "for p, g, v in self._blocks(trainable_params, grads, states=1):"
ADAM_LOOP = "for p, g, m, v, largest_v in self._blocks(trainable_params, grads, states=3):"
CORRECTED = "self.learning_rate * correction / (1 - self.beta_1**self.t)"
ADAM_STEP = "p -= step_size * m / (np.sqrt(v) + epsilon)"


def basic(name, new, diagnosis="", blocked=None):
    falls = value_of("BasicOptimizer.apply_gradients")
    return Chaff(f"basic-{name}", FILE, f"{DESCENT}\n", f"{new}\n", falls, blocked or {}, diagnosis)


def rms(name, old, new, diagnosis=""):
    falls = value_of("RMSProp.apply_gradients")
    return Chaff(f"rmsprop-{name}", FILE, old, new, falls, {}, diagnosis)


def adam(name, old, new, diagnosis="", blocked=None):
    falls = value_of("Adam.apply_gradients")
    return Chaff(f"adam-{name}", FILE, old, new, falls, blocked or {}, diagnosis)


def adam_rises_last(name, lost, *more):
    """t is 0 at the first step, which divides by 1 - beta ** 0."""
    last = (ADAM_STEP, f"{ADAM_STEP}\n        self.t += 1")
    falls, blocked = lost("Adam.apply_gradients"), lost(ASSIGNMENT)
    name = f"adam-step-rises-last-{name}"
    return Chaff(name, FILE, "self.t += 1", "pass", falls, blocked, "step-from-zero", (last, *more))


CHAFFS = (
    basic("ascends", "p += self.learning_rate * g", "sign", value_of(LEARNS)),
    basic("rebinds", "p = p - self.learning_rate * g", "rebound", value_of(LEARNS)),
    basic("first-parameter-only", f"{DESCENT}\n            break", "rebound"),
    basic("clips-large-gradients", "p -= self.learning_rate * np.clip(g, -10, 10)"),
    rms("betas-swapped", "(1 - self.beta) * g**2", "self.beta * g**2", "beta-swapped"),
    rms("without-root", "(np.sqrt(v) + self.epsilon)", "(v + self.epsilon)"),
    rms("without-epsilon", "(np.sqrt(v) + self.epsilon)", "np.sqrt(v)"),
    rms("epsilon-subtracted", "(np.sqrt(v) + self.epsilon)", "(np.sqrt(v) - self.epsilon)", "sign"),
    rms("epsilon-ignored", "self.beta, self.epsilon = float(beta), float(epsilon)",
        "self.beta, self.epsilon = float(beta), 3e-7"),
    rms("default-beta", "beta=0.9, epsilon=1e-6", "beta=0.99, epsilon=1e-6"),
    rms("state-shared-by-shape", RMS_LOOP,
        f"{RMS_LOOP}\n            v = self._states.setdefault(p.shape, np.zeros(p.shape))",
        "shared-state"),
    adam("without-bias-correction", CORRECTED, "self.learning_rate", "no-bias-correction"),
    adam("first-moment-not-corrected", CORRECTED, "self.learning_rate * correction", "half-corrected"),
    adam(
        "step-per-parameter",
        ADAM_LOOP,
        "for place, (p, g, m, v, largest_v) in enumerate(\n"
        "            self._blocks(trainable_params, grads, states=3)\n"
        "        ):\n"
        "            self.t += place > 0\n"
        "            correction = math.sqrt(1 - self.beta_2**self.t)\n"
        f"            step_size = {CORRECTED}\n"
        "            epsilon = self.epsilon * correction",
        "step-per-parameter",
    ),
    adam("step-stays-one", "self.t += 1", "self.t = 1", "step-fixed"),
    adam_rises_last("in-numbers", all_of),
    adam_rises_last("in-arrays", value_of, (CORRECTED, f"{CORRECTED[:-1]} + np.zeros(1))")),
    adam("betas-swapped", "self.beta_1, self.beta_2 = float(beta_1), float(beta_2)",
         "self.beta_2, self.beta_1 = float(beta_1), float(beta_2)"),
    adam("always-amsgrad", "if self.amsgrad:", "if True:"),
    adam("default-beta-2", "beta_2=0.999", "beta_2=0.99"),
    adam("without-epsilon", "(np.sqrt(v) + epsilon)", "np.sqrt(v)", "", value_of(ASSIGNMENT)),
    adam("epsilon-subtracted", "(np.sqrt(v) + epsilon)", "(np.sqrt(v) - epsilon)", "sign"),
    adam("epsilon-ignored", "self.epsilon, self.amsgrad = float(epsilon), amsgrad",
         "self.epsilon, self.amsgrad = 1e-6, amsgrad"),
    adam("state-shared-by-shape", ADAM_LOOP,
         f"{ADAM_LOOP}\n            m, v, largest_v = self._states.setdefault(\n"
         "                p.shape, [np.zeros(p.shape) for _ in range(3)])", "shared-state"),
    adam("rebinds", ADAM_STEP, "p = p - step_size * m / (np.sqrt(v) + epsilon)", "rebound",
         value_of(ASSIGNMENT)),
)
