"""One broken module of a student's package costs the names that live in it, and no other."""

from __future__ import annotations

import itertools
import sys

import pytest

from autograder.sandbox.inside.loading import BrokenModule, Package

MODULES = {
    "base": ("Base", "Value"),
    "sums": ("Sum",),
    "products": ("Product",),
    "counts": ("Count",),
    "whole": ("Whole",),
}
HEADER = "# a student's module\n"
WHOLE = {
    module: HEADER + "".join(f"class {name}: ...\n" for name in names)
    for module, names in MODULES.items()
} | {"__init__": "".join(f"from .{m} import {', '.join(n)}\n" for m, n in MODULES.items())}
NAMES = [(module, name) for module, names in MODULES.items() for name in names]

BREAKAGES = {
    "leftover placeholder": ("x = ???\n", SyntaxError, "invalid syntax"),
    "wrong indentation": ("def f():\nreturn 1\n", IndentationError, "expected an indented block"),
    "exit": ("import sys\nsys.exit('done')\n", SystemExit, "done"),
    "interrupt": ("raise KeyboardInterrupt('stop')\n", KeyboardInterrupt, "stop"),
    "error": ("1 / 0\n", ZeroDivisionError, "division by zero"),
    "missing library": ("import no_such_library_here\n", ModuleNotFoundError, "no_such_library"),
    "missing name": ("from .base import Valu\n", ImportError, "Valu"),
}

numbers = itertools.count()


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Writes a package under a name of its own, and loads it."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    name = f"students_theirs_{next(numbers)}"

    def write_and_load(files, **options):
        (tmp_path / name).mkdir()
        for module, text in files.items():
            text = text.replace("theirs", name)
            (tmp_path / name / f"{module}.py").write_text(text, encoding="utf-8")
        return Package(tmp_path, name, MODULES, **options)

    yield write_and_load
    for module in [m for m in sys.modules if m.partition(".")[0] == name]:
        del sys.modules[module]


def available(package):
    """The public names that the package offers."""
    return {name for _, name in NAMES if offers(package, name)}


def offers(package, name):
    try:
        return getattr(package, name).__name__ == name
    except BaseException:
        return False


def all_names(*without):
    return {name for module, name in NAMES if module not in without}


def test_a_whole_package_offers_every_name(load):
    package = load(WHOLE)
    assert available(package) == all_names()
    assert package.failures == {}


@pytest.mark.parametrize(("text", "error", "message"), BREAKAGES.values(), ids=BREAKAGES)
@pytest.mark.parametrize("init", [WHOLE["__init__"], ""], ids=["re-exporting", "empty"])
def test_a_broken_module_costs_its_names_with_its_own_error(load, init, text, error, message):
    package = load(WHOLE | {"__init__": init, "sums": text})
    assert available(package) == all_names("sums")
    with pytest.raises(BrokenModule, match=f"/sums.py does not import: .*{message}") as raised:
        _ = package.Sum
    assert isinstance(raised.value.__cause__, error)


@pytest.mark.parametrize("init", [WHOLE["__init__"], ""], ids=["re-exporting", "empty"])
def test_failures_name_each_broken_module(load, init):
    package = load(WHOLE | {"__init__": init, "products": "x = ???\n", "whole": "1 / 0\n"})
    assert {name: type(error) for name, error in package.failures.items()} == {
        "products": SyntaxError,
        "whole": ZeroDivisionError,
    }


@pytest.mark.parametrize("home", MODULES)
def test_any_module_may_be_the_broken_one(load, home):
    package = load(WHOLE | {home: "x = ???\n"})
    assert available(package) == all_names(home)
    assert set(package.failures) == {home}


@pytest.mark.parametrize("home", MODULES)
def test_any_module_may_be_missing(load, home):
    package = load({module: text for module, text in WHOLE.items() if module != home})
    assert available(package) == all_names(home)
    assert isinstance(package.failures[home], ModuleNotFoundError)


@pytest.mark.parametrize("text", ["", "x = ???\n", "1 / 0\n", "from .nothing import *\n"])
def test_a_broken_or_empty_init_costs_nothing(load, text):
    package = load(WHOLE | {"__init__": text})
    assert available(package) == all_names()
    assert package.failures == {}


def test_a_package_without_init_offers_every_name(load):
    assert available(load({m: text for m, text in WHOLE.items() if m != "__init__"})) == all_names()


def test_an_init_that_leaves_names_out_costs_nothing(load):
    assert available(load(WHOLE | {"__init__": "from .base import Value\n"})) == all_names()


IMPORTS = {
    "relative": "from .base import Base\n",
    "relative module": "from . import base\nBase = base.Base\n",
    "absolute": "from theirs.base import Base\n",
    "absolute module": "import theirs.base\nBase = theirs.base.Base\n",
    "from the package": "from theirs import Base\n",
    "the package itself": "import theirs\nBase = theirs.Base\n",
    "module from the package": "from theirs import base\nBase = base.Base\n",
    "everything": "from .base import *\n",
}


@pytest.mark.parametrize("line", IMPORTS.values(), ids=IMPORTS)
def test_modules_import_each_other_while_another_is_broken(load, line):
    text = f"{line}class Sum(Base): ...\n"
    package = load(WHOLE | {"sums": text, "products": "x = ???\n"})
    assert available(package) == all_names("products")
    assert package.Sum.__mro__[1] is package.Base


def test_what_builds_on_a_broken_module_fails_with_that_modules_error(load):
    whole = "from .sums import Sum\n" + WHOLE["whole"]
    package = load(WHOLE | {"sums": "x = ???\n", "whole": whole})
    assert available(package) == all_names("sums", "whole")
    reason = r"/whole.py does not import: SyntaxError: invalid syntax \(sums.py, line 1\)"
    with pytest.raises(BrokenModule, match=reason):
        _ = package.Whole


def test_helper_modules_are_importable(load):
    sums = "from .helper import Base\nclass Sum(Base): ...\n"
    files = WHOLE | {"helper": "class Base: ...\n", "sums": sums, "whole": "x = ???\n"}
    assert available(load(files)) == all_names("whole")


def test_a_name_may_live_in_another_module_that_init_imports(load):
    init = WHOLE["__init__"].replace("from .counts", "from .whole")
    whole = WHOLE["whole"] + WHOLE["counts"]
    package = load(WHOLE | {"__init__": init, "whole": whole, "counts": ""})
    assert available(package) == all_names()


def test_a_name_that_is_nowhere_is_missing_by_name(load):
    package = load(WHOLE | {"__init__": "", "counts": ""})
    for name in ("Count", "Conv2D"):
        with pytest.raises(AttributeError, match=f"has no {name}"):
            getattr(package, name)


def test_each_module_runs_once_when_all_are_whole(load):
    counted = "import sys\nsys.runs_of_theirs = getattr(sys, 'runs_of_theirs', 0) + 1\n"
    package = load(WHOLE | {"base": counted + WHOLE["base"]})
    assert vars(sys).pop(f"runs_of_{package._name}") == 1
    assert available(package) == all_names()


def test_skipped_modules_are_not_run_and_say_so(load):
    hanging = "raise AssertionError('was run')\n"
    package = load(WHOLE | {"sums": hanging}, skip=["sums"])
    assert available(package) == all_names("sums")
    with pytest.raises(ImportError, match=r"/sums\.py was not imported again"):
        _ = package.Sum


def test_an_init_that_must_not_be_tried_again_costs_nothing(load):
    package = load(WHOLE | {"__init__": "raise AssertionError('was run')\n"}, skip=["theirs"])
    assert available(package) == all_names()


def test_each_module_is_announced_before_it_runs(load):
    told = []
    load(WHOLE | {"products": "x = ???\n"}, trying=told.append)
    assert told[0].startswith("students_theirs")
    assert set(told[1:]) == set(MODULES)


@pytest.mark.parametrize("init", [WHOLE["__init__"], "", "x = ???\n"])
def test_nothing_is_imported_any_more_once_the_package_is_there(load, init):
    told = []
    package = load(WHOLE | {"__init__": init}, trying=told.append)
    before = list(told)
    assert available(package) == all_names()
    assert told == before
