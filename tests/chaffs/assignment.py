"""Mistakes in assignment.py."""

from autograder.audit.chaffs import Chaff, all_of, value_of


def edit(name, old, new, diagnosis=""):
    falls = all_of("assignment.py")
    return Chaff(f"assignment-{name}", "assignment.py", old, new, falls, {}, diagnosis)


CHAFFS = (
    edit("nine-outputs", 'beras.Dense(64, 10, "xavier", dtype=np.float32)',
         'beras.Dense(64, 9, "xavier", dtype=np.float32)'),
    Chaff("assignment-without-softmax", "assignment.py", "            beras.Softmax(),\n", "",
          value_of("assignment.py"), {}, "no-softmax"),
    Chaff("assignment-rate-too-small", "assignment.py", "learning_rate=0.001",
          "learning_rate=1e-9", value_of("assignment.py")),
    edit("loss-missing-return", "return beras.CategoricalCrossEntropy()",
         "beras.CategoricalCrossEntropy()"),
    edit("accuracy-is-the-class", "return beras.CategoricalAccuracy()",
         "return beras.CategoricalAccuracy"),
)
