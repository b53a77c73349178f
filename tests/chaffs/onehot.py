"""Mistakes in beras/onehot.py."""

from autograder.audit.chaffs import Chaff

FILE = "beras/onehot.py"
CLASSES = "self.classes = np.unique(np.asarray(labels))"
ROWS = "return np.eye(len(self.classes))[np.searchsorted(self.classes, labels)]"
LABELS = "labels = np.asarray(labels).reshape(-1)"
BACK = "return self.classes[np.asarray(one_hot).argmax(axis=-1)]"


def forward(name, old, new, lost, diagnosis="", inverse=0, also=()):
    blocked = {"OneHotEncoder.inverse": 1} if inverse else {}
    falls = {"OneHotEncoder.forward": lost}
    return Chaff(f"onehot-{name}", FILE, old, new, falls, blocked, diagnosis, also)


def inverse(name, new, diagnosis=""):
    return Chaff(
        f"onehot-inverse-{name}", FILE, BACK, new, {"OneHotEncoder.inverse": 1}, {}, diagnosis
    )


CHAFFS = (
    forward(
        "columns-in-order-of-appearance",
        CLASSES,
        "self.classes = np.array(list(dict.fromkeys(np.asarray(labels).tolist())))",
        1,
        "column-order",
        1,
        also=((ROWS, "return (labels[:, None] == self.classes).astype(float)"),),
    ),
    forward("columns-reversed", ROWS, ROWS + "[:, ::-1]", 1),
    forward("refits", LABELS, f"{LABELS}\n        self.fit(labels)", 2, "refit", 1),
    forward("indices", ROWS, "return np.searchsorted(self.classes, labels)", 2),
    inverse("gives-indices", "return np.asarray(one_hot).argmax(axis=-1)", "indices"),
    inverse("over-columns", BACK.replace("axis=-1", "axis=0")),
    inverse("missing-return", BACK[len("return ") :], "missing-return"),
)
