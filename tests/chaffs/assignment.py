"""Mistakes in assignment.py."""

from autograder.audit.chaffs import Chaff, all_of


def edit(name, old, new, diagnosis=""):
    falls = all_of("assignment.py")
    return Chaff(f"assignment-{name}", "assignment.py", old, new, falls, {}, diagnosis)


CHAFFS = (
    edit("nine-outputs", 'beras.Dense(64, 10, "xavier", dtype=np.float32)',
         'beras.Dense(64, 9, "xavier", dtype=np.float32)'),
    edit("loss-missing-return", "return beras.CategoricalCrossEntropy()",
         "beras.CategoricalCrossEntropy()"),
    edit("accuracy-is-the-class", "return beras.CategoricalAccuracy()",
         "return beras.CategoricalAccuracy"),
)
