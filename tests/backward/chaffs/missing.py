"""Mistakes that show where a gradient is missing, or layers come one by one."""

from autograder.audit.chaffs import Chaff, all_of

FILE = "beras/optimizers.py"
LOOPS = {
    "BasicOptimizer": "for parameter in self.parameters:",
    "RMSProp": "for parameter, v in zip(self.parameters, self.v, strict=True):",
    "Adam": "for parameter, m, v in zip(self.parameters, self.m, self.v, strict=True):",
}


def without_guard(name):
    """A step that takes every parameter to have a gradient."""
    old = f"        {LOOPS[name]}\n            if parameter.grad is not None:\n"
    new = old.replace("parameter.grad is not", "parameter is not")
    return Chaff(f"{name.lower()}-needs-every-gradient", FILE, old, new, all_of(f"{name}.step"), {}, "none-grad")


CHAFFS = (
    *map(without_guard, LOOPS),
    Chaff(
        "sequential-takes-a-list-only",
        "beras/model.py",
        "list(layers[0] if is_one_list else layers)",
        "list(layers[0])",
        all_of("Sequential"),
        all_of("assignment.py"),
    ),
)
