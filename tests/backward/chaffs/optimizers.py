"""Mistakes in beras/optimizers.py."""

from autograder.audit.chaffs import Chaff, value_of

FILE = "beras/optimizers.py"
BASIC, RMS, ADAM = (f"{name}.step" for name in ("BasicOptimizer", "RMSProp", "Adam"))
ASSIGNMENT, LEARNS = "assignment.py", "Loss falls on real digits"
DESCENT = "p -= self.learning_rate * g\n"
RMS_STEP = "p -= self.learning_rate * g / (np.sqrt(v) + self.epsilon)"
RMS_LOOP = "for parameter, v in zip(self.parameters, self.v, strict=True):"
ADAM_LOOP = "for parameter, m, v in zip(self.parameters, self.m, self.v, strict=True):"
ADAM_STEP = "p -= step_size * m / (np.sqrt(v) + epsilon)"
STEP_SIZE = "step_size = self.learning_rate * math.sqrt(v_weight) / m_weight"
RISE = "self.t += 1  # once per call: all parameters are at the same step\n"
GRADIENT = "p, g = np.asarray(parameter), np.asarray(parameter.grad)"


def basic(name, new, diagnosis="", blocked=None):
    return Chaff(
        f"basic-step-{name}", FILE, DESCENT, f"{new}\n", value_of(BASIC), blocked or {}, diagnosis
    )


def rms(name, old, new, diagnosis=""):
    return Chaff(f"rmsprop-step-{name}", FILE, old, new, value_of(RMS), {}, diagnosis)


def adam(name, old, new, diagnosis="", also=(), blocked=None):
    falls = value_of(ADAM)
    return Chaff(f"adam-step-{name}", FILE, old, new, falls, blocked or {}, diagnosis, also)


CHAFFS = (
    basic("ascends", "p += self.learning_rate * g", "sign", value_of(LEARNS)),
    basic("rebinds", "p = p - self.learning_rate * g", "rebound", value_of(LEARNS)),
    basic(
        "rebinds-the-parameter",
        "parameter = parameter - self.learning_rate * g",
        "rebound",
        value_of(LEARNS),
    ),
    basic("adds-the-gradient-whole", "p -= g"),
    basic("first-parameter-only", f"{DESCENT[:-1]}\n                break", "rebound"),
    rms("betas-swapped", "(1 - self.beta) * g**2", "self.beta * g**2", "beta-swapped"),
    rms("without-root", "(np.sqrt(v) + self.epsilon)", "(v + self.epsilon)"),
    rms("epsilon-subtracted", RMS_STEP, RMS_STEP.replace("+", "-"), "sign"),
    rms("forgets-v", RMS_LOOP, f"self.v = _zeros_like(self.parameters)\n        {RMS_LOOP}",
        "state-forgotten"),
    rms(
        "one-v-for-all",
        RMS_LOOP,
        "for parameter in self.parameters:\n"
        "            shape = np.shape(parameter)\n"
        "            v = self.__dict__.setdefault(f'v{shape}', np.zeros(shape))",
        "shared-state",
    ),
    adam(
        "without-bias-correction",
        STEP_SIZE,
        "step_size = self.learning_rate * (1 - self.beta_1) / math.sqrt(1 - self.beta_2)",
        "no-bias-correction",
        (
            (
                "epsilon = self.epsilon * math.sqrt(v_weight)",
                "epsilon = self.epsilon / math.sqrt(1 - self.beta_2)",
            ),
        ),
    ),
    adam("epsilon-subtracted", ADAM_STEP, ADAM_STEP.replace("+", "-"), "sign"),
    adam("t-stays-1", RISE, "self.t = 1\n", "step-fixed"),
    adam(
        "t-rises-per-parameter",
        RISE,
        "self.t = self.t or 1\n",
        "",
        (
            (
                ADAM_LOOP,
                f"{ADAM_LOOP}\n"
                "            m_weight = (1 - self.beta_1**self.t) / (1 - self.beta_1)\n"
                f"            {STEP_SIZE}\n"
                "            self.t += 1",
            ),
        ),
    ),
    adam("forgets-m", ADAM_LOOP, f"self.m = _zeros_like(self.parameters)\n        {ADAM_LOOP}"),
    adam("v-without-square", "v += g**2", "v += abs(g)"),
    adam(
        "rebinds",
        ADAM_STEP,
        ADAM_STEP.replace("p -= ", "p = p - "),
        "rebound",
        (),
        value_of(ASSIGNMENT),
    ),
)
