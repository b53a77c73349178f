"""Import a student's package so that one broken module costs only what lives in it.

Importing a package fails as a whole when any module that its `__init__.py` imports fails. Then the
modules are imported one by one, under a package object whose `__init__` is left out, and each
public name is looked up in the module that the homework puts it in.
"""

from __future__ import annotations

import difflib
import importlib
import importlib.util
import sys
import types
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from typing import Any

MOST_NAMES = 500
"""Names of one module that are looked at for one that was meant for another."""


def from_file(path: Path) -> types.ModuleType:
    """A module that only its caller holds: no `import` finds it."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    exec(_code(str(path), path.stat().st_mtime_ns), vars(module))
    return module


@cache
def _code(path: str, modified_ns: int) -> types.CodeType:
    """The compiled code of a file, kept until it changes: a module that fails is run again."""
    code = SourceFileLoader("", path).get_code("")
    assert code is not None
    return code


class BrokenModule(ImportError):
    """The module in `file` was asked for a name and does not import.

    `__cause__` is what importing it raised.
    """

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"{file} {reason}")
        self.file = file


class MissingName(AttributeError):
    """The module in `file` has no name `missing`, which should be public, but maybe one near it."""

    def __init__(self, file: str, missing: str, names: Collection[str] = ()) -> None:
        super().__init__(f"{file} has no {missing}")
        self.file, self.missing = file, missing
        by_letters = {name.lower().replace("_", ""): name for name in names}
        close = difflib.get_close_matches(missing.lower(), by_letters, 1, 0.75)
        self.near = by_letters[close[0]] if close else ""


def fields(failure: BaseException) -> dict[str, object]:
    """What is known of a failure beside what `raised.fields` tells: where a name was not found."""
    if isinstance(failure, BrokenModule):
        return {"file": failure.file}
    if isinstance(failure, MissingName):
        return {"file": failure.file, "missing": failure.missing, "near": failure.near}
    return {}


class Package:
    """The student's package: every public name as an attribute, whatever else is broken.

    `modules` maps each module to the public names that it defines. `failures` maps a module's name
    to what importing it raised. `skip` are modules that must not be tried again. `trying` is called
    with each module's name before its import. `elsewhere` maps public names that their module may
    lack to another module, and the name there.
    """

    def __init__(
        self,
        root: Path,
        package: str,
        modules: Mapping[str, Sequence[str]],
        skip: Collection[str] = (),
        trying: Callable[[str], None] = lambda name: None,
        elsewhere: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self._elsewhere = dict(elsewhere or {})
        self._root, self._name, self._skip, self._trying = root, package, frozenset(skip), trying
        self._home_of = {name: module for module, names in modules.items() for name in names}
        self.failures: dict[str, BaseException] = {}
        if self._skip or not self._import_whole():
            self._make_bare_package()
        for home in modules:
            self._try(home)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        package = sys.modules[self._name]
        if name in vars(package):
            return vars(package)[name]
        home = self._home_of.get(name)
        if home is None:
            raise AttributeError(f"{self._name} has no {name}")
        found = getattr(self._module(home), name, None)
        found = self._from_elsewhere(name) if found is None else found
        if found is None:
            raise MissingName(f"{self._name}/{home}.py", name, self._unclaimed(home))
        return found

    def _from_elsewhere(self, name: str) -> Any:
        if name not in self._elsewhere:
            return None
        module, name_there = self._elsewhere[name]
        return getattr(importlib.import_module(module), name_there, None)

    def _unclaimed(self, home: str) -> list[str]:
        """Classes and functions that a module defines under names which nobody asks for."""
        module = f"{self._name}.{home}"
        defined = vars(self._module(home)).items()
        return [
            name
            for name, value in defined
            if name not in self._home_of and getattr(value, "__module__", None) == module
        ][:MOST_NAMES]

    def has(self, name: str) -> bool:
        """Whether there is a public name, in a module that imports."""
        try:
            return getattr(self, name) is not None
        except Exception:  # also what importing its module raised
            return False

    def _import_whole(self) -> bool:
        self._trying(self._name)
        try:
            importlib.import_module(self._name)
        except BaseException:  # also SystemExit: a script at import must not end the grading
            self._forget()
            return False
        return True

    def _make_bare_package(self) -> None:
        """A package like the student's, but for what its `__init__` would do."""
        package = types.ModuleType(self._name)
        package.__path__ = [str(self._root / self._name)]
        package.__spec__ = ModuleSpec(self._name, None, is_package=True)
        package.__getattr__ = self.__getattr__  # type: ignore[method-assign]
        sys.modules[self._name] = package

    def _try(self, home: str) -> None:
        if f"{self._name}.{home}" not in sys.modules:
            self._trying(home)
        try:
            self._module(home)
        except BaseException as failure:
            self.failures[home] = failure

    def _module(self, home: str) -> types.ModuleType:
        file = f"{self._name}/{home}.py"
        if home in self._skip:
            raise BrokenModule(file, "was not imported again")
        if home in self.failures:
            cause = self.failures[home]
            reason = f"does not import: {type(cause).__name__}: {cause}"
            raise BrokenModule(file, reason).with_traceback(cause.__traceback__) from cause
        return importlib.import_module(f"{self._name}.{home}")

    def _forget(self) -> None:
        for name in list(sys.modules):
            if name == self._name or name.startswith(f"{self._name}."):
                del sys.modules[name]
