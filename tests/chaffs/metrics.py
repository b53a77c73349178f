"""Mistakes in beras/metrics.py."""

from autograder.audit.chaffs import Chaff, all_of, value_of

FILE = "beras/metrics.py"
SHARE = "return np.count_nonzero(predicted == true) / len(true)"
LARGEST = (
    "predicted, true = np.asarray(probs).argmax(axis=-1), np.asarray(labels).argmax(axis=-1)"
)


def accuracy(name, old, new, diagnosis=""):
    falls = value_of("CategoricalAccuracy")
    return Chaff(f"accuracy-{name}", FILE, old, new, falls, {}, diagnosis)


CHAFFS = (
    accuracy("over-columns", LARGEST, LARGEST.replace("axis=-1", "axis=0")),
    accuracy("without-axis", LARGEST, LARGEST.replace("axis=-1", "")
             + "\n        predicted, true = np.array([predicted]), np.array([true])"),
    accuracy("count", SHARE, "return np.count_nonzero(predicted == true)", "sum-for-mean"),
    accuracy("against-one-hot", SHARE, "return np.mean(predicted[:, None] == np.asarray(labels))"),
    Chaff(
        "accuracy-missing-return",
        FILE,
        SHARE,
        "np.mean(predicted == true)",
        all_of("CategoricalAccuracy"),
        all_of("assignment.py", "Loss falls on real digits"),
        "missing-return",
    ),
)
