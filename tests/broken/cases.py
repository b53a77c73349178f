"""Broken submissions: how each is made, what it must score, and what its author must be told.

A case is a line or two: a builder that fills a folder from the reference solution, the score that
its working parts earn, the rows that fail on their own account, and a sentence.
"""

from __future__ import annotations

import ast
import io
import shutil
import stat
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.submissions import edited_reference

Builder = Callable[[Path], Path]
"""Fills an empty folder; returns what is handed in: a folder in it or a zip."""


@dataclass(frozen=True)
class Case:
    """`says` stands in the row named `row`, or else in the text at the top.

    `loses` names all rows that fail and are not blocked; where nothing was graded, none.
    """

    name: str
    build: Builder
    score: int
    says: str = ""
    row: str = ""
    loses: tuple[str, ...] = ()


# ---- builders ----


def edited(*edits: tuple[str, str, str]) -> Builder:
    """The reference with edits: file, old text, new text."""
    return lambda top: edited_reference(top / "hw", *edits)


def changed(change: Callable[[Path], object]) -> Builder:
    """The reference, changed by a function of its folder."""

    def build(top: Path) -> Path:
        root = edited_reference(top / "hw")
        change(root)
        return root

    return build


def layers(old: str, new: str) -> Builder:
    return edited(("beras/layers.py", old, new))


def rewritten(name: str, change: Callable[[bytes], bytes]) -> Builder:
    """The reference with the bytes of one file changed."""
    return changed(lambda root: (root / name).write_bytes(change((root / name).read_bytes())))


def everywhere(change: Callable[[bytes], bytes]) -> Builder:
    """The reference with the bytes of every Python file changed."""

    def change_all(root: Path) -> None:
        for path in root.rglob("*.py"):
            path.write_bytes(change(path.read_bytes()))

    return changed(change_all)


def without(*names: str) -> Builder:
    return changed(lambda root: [(root / name).unlink() for name in names])


def renamed(old: str, new: str) -> Builder:
    return changed(lambda root: (root / old).rename(root / new))


def linked(name: str, target: str) -> Builder:
    """The reference with a link in place of one file."""

    def link(root: Path) -> None:
        elsewhere = root.parent / "elsewhere.py"
        shutil.copyfile(root / name, elsewhere)
        (root / name).unlink()
        (root / name).symlink_to(target.format(elsewhere=elsewhere))

    return changed(link)


def containing(files: dict[str, str]) -> Builder:
    """A folder of these files and nothing else."""

    def build(top: Path) -> Path:
        (top / "hw").mkdir()
        for name, text in files.items():
            path = top / "hw" / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return top / "hw"

    return build


def moved(*places: str) -> Builder:
    """The reference in one or more folders below what is handed in."""

    def build(top: Path) -> Path:
        for place in places:
            edited_reference(top / "hw" / place)
        return top / "hw"

    return build


Member = tuple[str, bytes]


def zipped(
    pack: Callable[[list[Member]], list[Member]] = lambda members: members,
    claim: Callable[[zipfile.ZipInfo], None] = lambda info: None,
) -> Builder:
    """A zip of the reference; `pack` changes its members, `claim` what is said of each."""

    def build(top: Path) -> Path:
        (top / "hw.zip").write_bytes(zip_of(pack(members_of_reference(top)), claim))
        return top / "hw.zip"

    return build


def members_of_reference(top: Path) -> list[Member]:
    root = edited_reference(top / "reference")
    names = sorted(path for path in root.rglob("*") if path.is_file())
    members = [(path.relative_to(root).as_posix(), path.read_bytes()) for path in names]
    shutil.rmtree(root)
    return members


def zip_of(
    members: list[Member], claim: Callable[[zipfile.ZipInfo], None] = lambda info: None
) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in members:
            info = zipfile.ZipInfo("placeholder")
            info.filename, info.compress_type = name, zipfile.ZIP_DEFLATED
            claim(info)
            archive.writestr(info, content)
    return written.getvalue()


def windows(members: list[Member]) -> list[Member]:
    """As some tools of Windows pack: backslashes, and entries for folders."""
    names = {name.rpartition("/")[0] for name, _ in members} - {""}
    folders = [(name.replace("/", "\\") + "\\", b"") for name in sorted(names)]
    return folders + [(name.replace("/", "\\"), content) for name, content in members]


def mac(members: list[Member]) -> list[Member]:
    """As the Finder packs: a folder around it, and a second tree of attributes."""
    shadows = [(f"__MACOSX/hw/{n.replace('beras/', 'beras/._')}", b"\0\5\26\7") for n, _ in members]
    return [(f"hw/{name}", content) for name, content in members] + shadows


def many_files(root: Path) -> None:
    (root / "data").mkdir()
    for k in range(10_000):
        (root / "data" / f"{k}.txt").touch()


def sparse_file(root: Path) -> None:
    """100 MB that take no room on the disk, sorted before every module."""
    with (root / "beras" / "a_dataset.py").open("wb") as file:
        file.truncate(100_000_000)


def stubbed(*methods: str) -> Builder:
    """The reference with methods as the template hands them out, `raise NotImplementedError`."""

    def stub(root: Path) -> None:
        for path in (root / "beras").glob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for kind in tree.body:
                for part in getattr(kind, "body", ()):
                    if f"{getattr(kind, 'name', '')}.{getattr(part, 'name', '')}" in methods:
                        part.body = ast.parse("raise NotImplementedError").body
            path.write_text(ast.unparse(tree), encoding="utf-8")

    return changed(stub)


def closed(name: str, mode: int = 0) -> Builder:
    """The reference with a file or folder that nobody but root can use."""
    return changed(lambda root: (root / name).chmod(mode))


def train_at_import(root: Path) -> None:
    with (root / "assignment.py").open("a", encoding="utf-8") as file:
        file.write(
            "x, y = np.random.rand(64, 784), one_hot(np.arange(64) % 10)\n"
            "model = get_model()\n"
            "model.compile(get_optimizer(), get_loss_fn(), get_acc_fn())\n"
            "model.fit(x, y, epochs=2, batch_size=16)\n"
        )


def link_in_zip(info: zipfile.ZipInfo) -> None:
    if info.filename == "secret.py":
        info.external_attr = (stat.S_IFLNK | 0o777) << 16


def alone(name: str, content: bytes) -> Builder:
    """One file in place of a folder or a zip."""

    def build(top: Path) -> Path:
        (top / name).write_bytes(content)
        return top / name

    return build


# ---- the cases ----

LAYERS = ("Package",)
"""What fails where a module does not import; all rows that need it are blocked by this one."""

INPUT_GRADIENTS = "Dense.get_input_gradients"
RETURN = "        return [self._w_for(as_float(self.inputs[0]))]"

NOTEBOOK = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
LAYERS_DO_NOT_IMPORT = "`beras/layers.py` does not import: "

PACKED = [
    Case("empty folder", containing({}), 0, "no folder `beras` in this submission: it is empty."),
    Case(
        "zip in a zip",
        zipped(lambda members: [("hw/inner.zip", zip_of(members))]),
        100,
        "Graded what `inner.zip` in this submission holds.",
    ),
    Case(
        "damaged zip in a zip",
        zipped(lambda members: [("inner.zip", zip_of(members)[:-30])]),
        0,
        "no folder `beras` in this submission, and `inner.zip` is not a zip file",
    ),
    Case("another archive", containing({"hw.rar": "Rar!"}), 0, "`hw.rar`; unpack it and hand in"),
    Case("nested folders", moved("a/b/c d"), 100),
    Case("two copies", moved("new", "old"), 0, "2 folders named `beras`: `new/beras`, `old/beras`"),
    Case("an old copy", moved("", "old"), 100, "Graded `beras`; ignored `old/beras`."),
    Case("Beras", renamed("beras", "Beras"), 0, "`Beras` must be named `beras`, in small letters."),
    Case(
        "modules without a folder",
        containing({"layers.py": "", "core.py": ""}),
        0,
        "The modules are there, but not in a folder named `beras`; put them in one.",
    ),
    Case(
        "beras.py", containing({"beras.py": "class Dense: ..."}), 0, "`beras.py` is one file; put"
    ),
    Case(
        "notebook in place of the modules",
        containing({"beras/beras.ipynb": NOTEBOOK, "assignment.py": ""}),
        0,
        "`beras` holds no Python file. A notebook cannot be graded: save its code as .py.",
    ),
    Case("notebook alone", containing({"hw.ipynb": NOTEBOOK}), 0, "A notebook cannot be graded"),
    Case(
        "10,000 files",
        changed(many_files),
        100,
        "Only 2000 files and 64 MB are looked at: `data/2787.txt` and 8012 more were left out.",
    ),
    Case(
        "100 MB",
        changed(sparse_file),
        100,
        "Only 2000 files and 64 MB are looked at: `beras/a_dataset.py` was left out.",
    ),
    Case("zip of Windows", zipped(windows), 100),
    Case("zip of macOS", zipped(mac), 100),
    Case(
        "zip bomb",
        zipped(lambda members: [*members, ("data/zeros", bytes(65 << 20))]),
        0,
        "`hw.zip` unpacks to more than 2000 files or 64 MB; leave data and environments out.",
    ),
    Case(
        "zip that leads outside",
        zipped(lambda members: [*members, ("../../planted.py", b"import os")]),
        100,
        "`hw.zip` holds links or names outside of it: `../../planted.py` was left out.",
    ),
    Case(
        "link in a zip",
        zipped(lambda members: [*members, ("secret.py", b"/etc/passwd")], link_in_zip),
        100,
        "`hw.zip` holds links or names outside of it: `secret.py` was left out.",
    ),
    Case("no zip", alone("hw.zip", b"hello"), 0, "`hw.zip` is not a zip file that can be opened"),
    Case("one module", alone("layers.py", b"class Dense: ..."), 0, "`layers.py` is not a zip file"),
]

FILES = [
    Case(
        "Layers.py",
        renamed("beras/layers.py", "beras/Layers.py"),
        69,
        "`beras/Layers.py` must be named `layers.py`, in small letters.",
        loses=LAYERS,
    ),
    Case(
        "module in a notebook",
        renamed("beras/layers.py", "beras/layers.ipynb"),
        69,
        "`beras/layers.ipynb` is a notebook; save its code as `beras/layers.py`.",
        loses=LAYERS,
    ),
    Case(
        "two missing modules",
        without("beras/layers.py", "beras/optimizers.py"),
        60,
        "`beras/optimizers.py` is missing.",
        loses=LAYERS,
    ),
    Case(
        "no __init__.py",
        without("beras/__init__.py"),
        99,
        "`beras/__init__.py` is missing: `import beras` alone brings no names.",
        loses=("assignment.py",),
    ),
    Case(
        "syntax error",
        layers("return x @ self", "return x @@ self"),
        69,
        f"{LAYERS_DO_NOT_IMPORT}`SyntaxError: invalid syntax (layers.py, line ",
        loses=LAYERS,
    ),
    Case(
        "tabs and spaces",
        rewritten("beras/layers.py", lambda text: text.replace(b"        x = ", b"\tx = ")),
        69,
        f"{LAYERS_DO_NOT_IMPORT}`TabError: inconsistent use of tabs and spaces",
        loses=LAYERS,
    ),
    Case("byte order mark", everywhere(lambda text: b"\xef\xbb\xbf" + text), 100),
    Case("CRLF", everywhere(lambda text: text.replace(b"\n", b"\r\n")), 100),
    Case(
        "Latin-1",
        rewritten("beras/layers.py", lambda text: text + b"NAME = 'f\xfcr Dense'\n"),
        69,
        f"{LAYERS_DO_NOT_IMPORT}`SyntaxError: ",
        loses=LAYERS,
    ),
    Case(
        "Latin-1, declared",
        everywhere(lambda text: b"# coding: latin-1\n" + text + b"# f\xfcr alle\n"),
        100,
    ),
    Case(
        "NUL bytes",
        rewritten("beras/layers.py", lambda text: text + bytes(512)),
        69,
        "source code string cannot contain null bytes",
        loses=LAYERS,
    ),
    Case(
        "link to a file outside",
        linked("beras/layers.py", "{elsewhere}"),
        69,
        "Links are not followed, `beras/layers.py` was left out; hand in the files themselves.",
        loses=LAYERS,
    ),
    Case(
        "link to itself",
        linked("beras/layers.py", "layers.py"),
        69,
        "Links are not followed, `beras/layers.py` was left out; hand in the files themselves.",
        loses=LAYERS,
    ),
    Case(
        "link to the folder above",
        changed(lambda root: (root / "beras" / "up").symlink_to("..")),
        100,
        "Links are not followed, `beras/up` was left out",
    ),
]

IMPORTS = [
    Case(
        "print at import",
        edited(("beras/core.py", "import inspect", "import inspect\nprint('hello')")),
        100,
    ),
    Case(
        "input() at import",
        layers("import numpy as np", "import numpy as np\nname = input('Your name: ')"),
        69,
        f"{LAYERS_DO_NOT_IMPORT}`EOFError: EOF when reading a line`",
        loses=LAYERS,
    ),
    Case("training at import", changed(train_at_import), 100),
    Case(
        "circular import",
        edited(
            ("beras/layers.py", "from .core", "from .model import SequentialModel\nfrom .core"),
            ("beras/model.py", "from .core", "from .layers import Dense\nfrom .core"),
        ),
        64,
        "cannot import name 'Dense' from partially initialized module 'beras.layers' "
        "(most likely due to a circular import) (beras/layers.py)`",
        loses=LAYERS,
    ),
    Case(
        "from core import",
        layers("from .core import", "from core import"),
        69,
        f"{LAYERS_DO_NOT_IMPORT}`ModuleNotFoundError: No module named 'core'`. "
        "Inside the package, write `from .core import ...`, with a dot.",
        loses=LAYERS,
    ),
    Case(
        "import layers",
        edited(("beras/model.py", "import numpy", "import layers\nimport numpy")),
        93,
        "`beras/model.py` does not import: `ModuleNotFoundError: No module named 'layers'`",
        loses=LAYERS,
    ),
    Case(
        "exit at import",
        layers("import numpy as np", "import sys\nimport numpy as np\nsys.exit(1)"),
        69,
        f"{LAYERS_DO_NOT_IMPORT}`SystemExit: 1`",
        loses=LAYERS,
    ),
]

CODE = [
    Case(
        "half the methods",
        stubbed("Sigmoid.forward", "LeakyReLU.get_input_gradients", "RMSProp.apply_gradients"),
        87,
        "Not written yet.",
        "RMSProp.apply_gradients",
        ("Sigmoid.forward", "LeakyReLU.get_input_gradients", "RMSProp.apply_gradients"),
    ),
    Case(
        "renamed class",
        layers("class Dense(", "class DenseLayer("),
        69,
        "not found: Dense (beras/layers.py).",
        "Package",
        LAYERS,
    ),
    Case(
        "property in place of a method",
        layers("    def get_input_gradients", "    @property\n    def get_input_gradients"),
        92,
        "Your code raised TypeError: 'list' object is not callable",
        INPUT_GRADIENTS,
        (INPUT_GRADIENTS,),
    ),
    Case(
        "no return",
        layers(RETURN, RETURN.replace("return ", "")),
        92,
        "Nothing came back: is a `return` missing?",
        INPUT_GRADIENTS,
        (INPUT_GRADIENTS,),
    ),
    Case(
        "return NotImplementedError",
        layers(RETURN, "        return NotImplementedError"),
        92,
        "returned a class NotImplementedError; expected a list with one entry.",
        INPUT_GRADIENTS,
        (INPUT_GRADIENTS,),
    ),
    Case(
        "raise NotImplemented",
        layers(RETURN, "        raise NotImplemented"),
        92,
        "Your code raised TypeError: exceptions must derive from BaseException",
        INPUT_GRADIENTS,
        (INPUT_GRADIENTS,),
    ),
    Case(
        "labels before predictions",
        edited(
            (
                "beras/losses.py",
                'forward(self, y_pred, y_true):\n        """Compare p',
                'forward(self, y_true, y_pred):\n        """Compare p',
            ),
        ),
        99,
        "CategoricalCrossEntropy.forward(y_pred, y_true) has wrong values",
        "CategoricalCrossEntropy.forward",
        ("CategoricalCrossEntropy.forward",),
    ),
    Case(
        "gradients before parameters",
        edited(
            (
                "beras/optimizers.py",
                "in _pairs(trainable_params, grads)",
                "in _pairs(grads, trainable_params)",
            ),
        ),
        97,
        "left a parameter as it was",
        "BasicOptimizer.apply_gradients",
        ("BasicOptimizer.apply_gradients",),
    ),
]

CLOSED = [
    Case(
        "closed package",
        closed("beras"),
        0,
        "`beras` cannot be read; give everybody the right to read it.",
    ),
    Case(
        "package that can only be listed",
        closed("beras", mode=0o444),
        0,
        "`beras` cannot be read; give everybody the right to read it.",
    ),
    Case(
        "closed module",
        closed("beras/layers.py"),
        69,
        "`beras/layers.py` could not be read (Permission denied); it was left out.",
        loses=LAYERS,
    ),
]
"""For a grader that is an ordinary user: root reads everything."""

CASES = [*PACKED, *FILES, *IMPORTS, *CODE]
