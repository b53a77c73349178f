"""Mistakes in beras/onehot.py."""

from autograder.audit.chaffs import Chaff, all_of, value_of

FILE = "beras/onehot.py"
CLASSES = "self.classes = np.unique(np.asarray(labels))"
ROWS = "return np.eye(len(self.classes))[np.searchsorted(self.classes, labels)]"
LABELS = "labels = np.asarray(labels).reshape(-1)"
INVERSE = "OneHotEncoder.inverse"
BACK = "return self.classes[np.asarray(one_hot).argmax(axis=-1)]"


def forward(name, old, new, lost, diagnosis="", blocked=None, also=()):
    falls = lost("OneHotEncoder.forward")
    return Chaff(f"onehot-{name}", FILE, old, new, falls, blocked or {}, diagnosis, also)


def inverse(name, new, lost, diagnosis=""):
    falls = lost(INVERSE)
    return Chaff(f"onehot-inverse-{name}", FILE, BACK, new, falls, {}, diagnosis)


CHAFFS = (
    forward(
        "columns-in-order-of-appearance",
        CLASSES,
        "self.classes = np.array(list(dict.fromkeys(np.asarray(labels).tolist())))",
        value_of,
        "column-order",
        value_of(INVERSE),
        also=((ROWS, "return (labels[:, None] == self.classes).astype(float)"),),
    ),
    forward("columns-reversed", ROWS, ROWS + "[:, ::-1]", value_of),
    forward("refits", LABELS, f"{LABELS}\n        self.fit(labels)", all_of, "refit", all_of(INVERSE)),
    forward("indices", ROWS, "return np.searchsorted(self.classes, labels)", all_of),
    inverse("gives-indices", "return np.asarray(one_hot).argmax(axis=-1)", value_of, "indices"),
    inverse("over-columns", BACK.replace("axis=-1", "axis=0"), all_of),
    inverse("missing-return", BACK[len("return ") :], all_of, "missing-return"),
)
