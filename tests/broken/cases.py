"""Broken submissions: how each is made, what it must score, and what its author must be told.

A case is a line or two: a builder that fills a folder from the right submission of the small
homework, the score that its working parts earn, the rows that fail on their own account, and a
sentence.
"""

from __future__ import annotations

import ast
import io
import shutil
import stat
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.submissions import Edit, edited

Builder = Callable[[Path], Path]
"""Fills an empty folder; returns what is handed in: a folder in it or a zip."""


@dataclass(frozen=True)
class Case:
    """`says` stands in the text at the top, and each text of `rows` in the row of its name.

    `loses` names all rows that fail and are not blocked; where nothing was graded, none.
    """

    name: str
    build: Builder
    score: int
    says: str = ""
    loses: tuple[str, ...] = ()
    rows: Mapping[str, str] = field(default_factory=dict)


# ---- builders ----


def with_edits(*edits: Edit) -> Builder:
    """The right submission with edits."""
    return lambda top: edited(top / "hw", *edits)


def changed(change: Callable[[Path], object]) -> Builder:
    """The right submission, changed by a function of its folder."""

    return then(lambda top: edited(top / "hw"), change)


def in_line(old: str, new: str) -> Builder:
    return with_edits(("lines/line.py", old, new))


def rewritten(name: str, change: Callable[[bytes], bytes]) -> Builder:
    """The right submission with the bytes of one file changed."""
    return changed(lambda root: (root / name).write_bytes(change((root / name).read_bytes())))


def everywhere(change: Callable[[bytes], bytes]) -> Builder:
    """The right submission with the bytes of every Python file changed."""

    def change_all(root: Path) -> None:
        for path in root.rglob("*.py"):
            path.write_bytes(change(path.read_bytes()))

    return changed(change_all)


def without(*names: str) -> Builder:
    return changed(lambda root: [(root / name).unlink() for name in names])


def renamed(old: str, new: str) -> Builder:
    return changed(lambda root: (root / old).rename(root / new))


def linked(name: str, target: str) -> Builder:
    """The right submission with a link in place of one file."""

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


def beside(files: dict[str, str], *edits: tuple[str, str, str]) -> Builder:
    """The right submission with edits and with more files."""

    def build(top: Path) -> Path:
        root = edited(top / "hw", *edits)
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        return root

    return build


def then(build: Builder, change: Callable[[Path], object]) -> Builder:
    """What `build` makes, changed by a function of its folder."""

    def build_and_change(top: Path) -> Path:
        root = build(top)
        change(root)
        return root

    return build_and_change


def moved(*places: str) -> Builder:
    """The right submission in one or more folders below what is handed in."""

    def build(top: Path) -> Path:
        for place in places:
            edited(top / "hw" / place)
        return top / "hw"

    return build


Member = tuple[str, bytes]


def zipped(
    pack: Callable[[list[Member]], list[Member]] = lambda members: members,
    claim: Callable[[zipfile.ZipInfo], None] = lambda info: None,
) -> Builder:
    """A zip of the right submission; `pack` changes its members, `claim` what is said of each."""

    def build(top: Path) -> Path:
        (top / "hw.zip").write_bytes(zip_of(pack(members_of_right(top)), claim))
        return top / "hw.zip"

    return build


def members_of_right(top: Path) -> list[Member]:
    root = edited(top / "right")
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
    shadows = [(f"__MACOSX/hw/{n.replace('lines/', 'lines/._')}", b"\0\5\26\7") for n, _ in members]
    return [(f"hw/{name}", content) for name, content in members] + shadows


def many_files(root: Path) -> None:
    (root / "data").mkdir()
    for k in range(3_000):
        (root / "data" / f"{k}.txt").touch()


def sparse_file(root: Path) -> None:
    """100 MB that take no room on the disk, sorted before every module."""
    with (root / "lines" / "a_dataset.py").open("wb") as file:
        file.truncate(100_000_000)


def stubbed(*methods: str) -> Builder:
    """The right submission with methods as a template has them, `raise NotImplementedError`."""

    def stub(root: Path) -> None:
        for path in (root / "lines").glob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for kind in tree.body:
                for part in getattr(kind, "body", ()):
                    if f"{getattr(kind, 'name', '')}.{getattr(part, 'name', '')}" in methods:
                        part.body = ast.parse("raise NotImplementedError").body
            path.write_text(ast.unparse(tree), encoding="utf-8")

    return changed(stub)


def closed(name: str, mode: int = 0) -> Builder:
    """The right submission with a file or folder that nobody but root can use."""
    return changed(lambda root: (root / name).chmod(mode))


def train_at_import(root: Path) -> None:
    with (root / "lines" / "line.py").open("a", encoding="utf-8") as file:
        file.write("for step in range(2000):\n    Line(step, 1.0).forward(np.ones(64))\n")


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

LINE = ("Package",)
"""What fails where lines/line.py does not import; the rows that need it are blocked by this one."""

SLOPES, MEAN = "Line.slopes", "Mean.forward"
RETURN_SLOPES = "        return np.full(np.shape(x), self.slope)"
RETURN_MEAN = "        return np.mean(points, axis=0)"

NOTEBOOK = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
LINE_DOES_NOT_IMPORT = "`lines/line.py` does not import: "

PACKED = [
    Case("empty folder", containing({}), 0, "no folder `lines` in this submission: it is empty."),
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
        "no folder `lines` in this submission, and `inner.zip` is not a zip file",
    ),
    Case("another archive", containing({"hw.rar": "Rar!"}), 0, "`hw.rar`; unpack it and hand in"),
    Case("nested folders", moved("a/b/c d"), 100),
    Case("an old copy", moved("", "old"), 100, "Graded `lines`; ignored `old/lines`."),
    Case("Lines", renamed("lines", "Lines"), 0, "`Lines` must be named `lines`, in small letters."),
    Case(
        "modules without a folder",
        containing({"line.py": "", "mean.py": ""}),
        0,
        "The modules are there, but not in a folder named `lines`; put them in one.",
    ),
    Case("lines.py", containing({"lines.py": "class Line: ..."}), 0, "`lines.py` is one file; put"),
    Case(
        "notebook in place of the modules",
        containing({"lines/lines.ipynb": NOTEBOOK, "fit.py": ""}),
        0,
        "`lines` holds no Python file. A notebook cannot be graded: save its code as .py.",
    ),
    Case("notebook alone", containing({"hw.ipynb": NOTEBOOK}), 0, "A notebook cannot be graded"),
    Case(
        "3,000 files",
        changed(many_files),
        100,
        "Only 2000 files and 64 MB are looked at: `data/2794.txt` and 1004 more were left out.",
    ),
    Case(
        "100 MB",
        changed(sparse_file),
        100,
        "Only 2000 files and 64 MB are looked at: `lines/a_dataset.py` was left out.",
    ),
    Case("zip of Windows", zipped(windows), 100),
    Case("zip of macOS", zipped(mac), 100),
    Case(
        "zip bomb",
        zipped(lambda members: [*members, ("data/zeros", bytes(65 << 20))]),
        0,
        "`hw.zip` unpacks to more than 2000 files or 64 MB; leave out environments (`.venv`)",
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
    Case("one module", alone("line.py", b"class Line: ..."), 0, "`line.py` is not a zip file"),
]

FILES = [
    Case(
        "Line.py",
        renamed("lines/line.py", "lines/Line.py"),
        20,
        "`lines/Line.py` must be named `line.py`, in small letters.",
        loses=LINE,
    ),
    Case(
        "module in a notebook",
        renamed("lines/line.py", "lines/line.ipynb"),
        20,
        "`lines/line.ipynb` is a notebook; save its code as `lines/line.py`.",
        loses=LINE,
    ),
    Case(
        "two missing modules",
        without("lines/line.py", "lines/mean.py"),
        0,
        "`lines/mean.py` is missing.",
        loses=LINE,
    ),
    Case(
        "no __init__.py",
        without("lines/__init__.py"),
        100,
        "`lines/__init__.py` is missing: `import lines` alone brings no names.",
    ),
    Case(
        "syntax error",
        in_line("return self.slope *", "return self.slope */"),
        20,
        f"{LINE_DOES_NOT_IMPORT}`SyntaxError: invalid syntax (line.py, line ",
        loses=LINE,
    ),
    Case(
        "tabs and spaces",
        rewritten("lines/line.py", lambda text: text.replace(b"        self.", b"\tself.")),
        20,
        f"{LINE_DOES_NOT_IMPORT}`TabError: inconsistent use of tabs and spaces",
        loses=LINE,
    ),
    Case(
        "byte order mark and CRLF",
        everywhere(lambda text: b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n")),
        100,
    ),
    Case(
        "Latin-1",
        rewritten("lines/line.py", lambda text: text + b"NAME = 'f\xfcr Line'\n"),
        20,
        f"{LINE_DOES_NOT_IMPORT}`SyntaxError: ",
        loses=LINE,
    ),
    Case(
        "Latin-1, declared",
        everywhere(lambda text: b"# coding: latin-1\n" + text + b"# f\xfcr alle\n"),
        100,
    ),
    Case(
        "NUL bytes",
        rewritten("lines/line.py", lambda text: text + bytes(512)),
        20,
        "source code string cannot contain null bytes",
        loses=LINE,
    ),
    Case(
        "link to a file outside",
        linked("lines/line.py", "{elsewhere}"),
        20,
        "Links are not followed, `lines/line.py` was left out; hand in the files themselves.",
        loses=LINE,
    ),
    Case(
        "link to itself",
        linked("lines/line.py", "line.py"),
        20,
        "Links are not followed, `lines/line.py` was left out; hand in the files themselves.",
        loses=LINE,
    ),
    Case(
        "link to the folder above",
        changed(lambda root: (root / "lines" / "up").symlink_to("..")),
        100,
        "Links are not followed, `lines/up` was left out",
    ),
]

UNUSED_TORCH = ("lines/line.py", "import numpy as np", "import numpy as np\nimport torch")
LOGGED = (
    "lines/mean.py",
    "import numpy as np",
    "import numpy as np\nimport wandb\nwandb.init(project='lines')",
)
RUN = "wandb/run-20241231_235959-x1/files"

TALKS = ("lines/__init__.py", "from .line", "print('hello')\nfrom .line")

IMPORTS = [
    Case(
        "unused torch and wandb beside a text and a folder of these names, print and training",
        then(
            beside(
                {"torch.md": "# No", f"{RUN}/config.yaml": "", f"{RUN}/code/fit.py": ""},
                *(UNUSED_TORCH, LOGGED, TALKS),
            ),
            train_at_import,
        ),
        100,
    ),
    Case(
        "input() at import",
        in_line("import numpy as np", "import numpy as np\nname = input('Your name: ')"),
        20,
        f"{LINE_DOES_NOT_IMPORT}`EOFError: EOF when reading a line`",
        loses=LINE,
    ),
    Case(
        "circular import",
        with_edits(
            ("lines/line.py", "import numpy", "from .mean import Mean\nimport numpy"),
            ("lines/mean.py", "import numpy", "from .line import Line\nimport numpy"),
        ),
        0,
        "cannot import name 'Line' from partially initialized module 'lines.line' "
        "(most likely due to a circular import) (lines/line.py)`",
        loses=LINE,
    ),
    Case(
        "from mean import",
        in_line("import numpy", "from mean import Mean\nimport numpy"),
        20,
        f"{LINE_DOES_NOT_IMPORT}`ModuleNotFoundError: No module named 'mean'`. "
        "Inside the package, write `from .mean import ...`, with a dot.",
        loses=LINE,
    ),
    Case(
        "import line",
        with_edits(("lines/mean.py", "import numpy", "import line\nimport numpy")),
        80,
        "`lines/mean.py` does not import: `ModuleNotFoundError: No module named 'line'`",
        loses=LINE,
    ),
    Case(
        "exit at import",
        in_line("import numpy as np", "import sys\nimport numpy as np\nsys.exit(1)"),
        20,
        f"{LINE_DOES_NOT_IMPORT}`SystemExit: 1`",
        loses=LINE,
    ),
]

CODE = [
    Case(
        "half the methods",
        stubbed("Line.slopes", "Mean.forward"),
        30,
        loses=(SLOPES, MEAN),
        rows={SLOPES: "Not written yet.", MEAN: "Not written yet."},
    ),
    Case(
        "renamed class",
        in_line("class Line:", "class StraightLine:"),
        20,
        loses=LINE,
        rows={"Package": "not found: Line."},
    ),
    Case(
        "property in place of a method, and no return",
        with_edits(
            (
                "lines/line.py",
                "    def slopes(self, x)",
                "    @property\n    def slopes(self, x=0)",
            ),
            ("lines/mean.py", RETURN_MEAN, RETURN_MEAN.replace("return ", "")),
        ),
        30,
        loses=(SLOPES, MEAN),
        rows={
            SLOPES: "Your code raised TypeError: 'numpy.ndarray' object is not callable",
            MEAN: "Nothing came back: is a `return` missing?",
        },
    ),
    Case(
        "return NotImplementedError, and raise NotImplemented",
        with_edits(
            ("lines/line.py", RETURN_SLOPES, "        return NotImplementedError"),
            ("lines/mean.py", RETURN_MEAN, "        raise NotImplemented"),
        ),
        30,
        loses=(SLOPES, MEAN),
        rows={
            SLOPES: "Not written yet: Line.slopes(x) returns NotImplementedError.",
            MEAN: "Not written yet.",
        },
    ),
]

CLOSED = [
    Case(
        "closed package",
        closed("lines"),
        0,
        "`lines` cannot be read; give everybody the right to read it.",
    ),
    Case(
        "package that can only be listed",
        closed("lines", mode=0o444),
        0,
        "`lines` cannot be read; give everybody the right to read it.",
    ),
    Case(
        "closed module",
        closed("lines/line.py"),
        20,
        "`lines/line.py` could not be read (Permission denied); it was left out.",
        loses=LINE,
    ),
]
"""For a grader that is an ordinary user: root reads everything."""

CASES = [*PACKED, *FILES, *IMPORTS, *CODE]
