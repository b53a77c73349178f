"""Mistakes in assignment.py."""

from autograder.audit.chaffs import Chaff, all_of, value_of

FILE = "assignment.py"
SOFTMAX = "        beras.Softmax(),\n"


def assignment(name, old, new, diagnosis="", lost=value_of):
    return Chaff(f"assignment-{name}", FILE, old, new, lost("assignment.py"), {}, diagnosis)


CHAFFS = (
    assignment("without-softmax", SOFTMAX, "", "no-softmax"),
    assignment("optimizer-of-nothing", "beras.Adam(model.parameters,", "beras.Adam([],"),
    assignment(
        "optimizer-of-another-model",
        "beras.Adam(model.parameters,",
        "beras.Adam(get_model().parameters,",
    ),
    assignment("one-class-too-few", "beras.Linear(64, 10,", "beras.Linear(64, 9,", "", all_of),
)
