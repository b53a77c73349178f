"""Check of the package as a whole."""

import pytest

from autograder.shown import nearly
from autograder.truth.comparison import Mismatch

item = pytest.mark.item


@item("Package")
def test_package(modules, homework):
    """Every module of beras imports, and offers the public names of the contract."""
    missing, why = [], {}
    for home, names in homework.modules.items():
        lacks = {name: lack for name in names if (lack := modules.lack(name))}
        missing += [f"{', '.join(lacks)} (beras/{home}.py)"] * bool(lacks)
        why.update(lacks)
    if why and all(map(is_placeholder, why.values())):
        first = next(iter(why.values())).cause
        text = f"Not written yet: the placeholder `???` is still there: {first.raised}."
        raise Mismatch("todo", text)
    misspelt = [nearly(lack.near, name) for name, lack in why.items() if lack.near]
    if missing:
        raise Mismatch("type", "\n".join([f"not found: {', '.join(missing)}.", *misspelt]))


def is_placeholder(lack):
    """Whether a name is lacking because a placeholder `???` keeps its module from importing."""
    reason = lack.cause and lack.cause.raised
    return bool(reason) and "???" in reason.source
