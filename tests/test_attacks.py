"""Hostile submissions, graded in a tree like Gradescope's: none may win, leak or linger."""

from __future__ import annotations

import ctypes
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from autograder.sandbox.confinement import landlock, limits, namespaces, processes
from tests.attacks import (
    Attack,
    ending,
    forging,
    leaking,
    lying,
    pickup,
    protocol,
    resources,
    shortcuts,
    tables,
    tampering,
)
from tests.gradings import assert_gradescope_accepts
from tests.submissions import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="most layers are Linux's")

FAMILIES = (
    forging,
    tampering,
    pickup,
    lying,
    ending,
    resources,
    leaking,
    protocol,
    shortcuts,
    tables,
)
ATTACKS = {
    f"{family.__name__.rpartition('.')[2]}: {attack.name}": attack
    for family in FAMILIES
    for attack in family.ATTACKS
}
CANARY = re.compile("canary-[a-z]+")
MAX_RESULTS = 1_000_000
"""Bytes of results.json, whatever a submission says."""

MAX_GRADER = 320 << 20
"""Bytes of memory of the grader itself, whatever a worker answers."""
GRACE = 20.0
"""Seconds over the budget: what has begun by then is ended, and everything is cleaned up."""
PREPARED = Path(__file__).parent / "attacks" / "prepared_grader.py"
THREADS = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")


@dataclass
class Tree:
    """What stands for /autograder: closed to other users, secrets in every corner."""

    folder: Path
    grader: subprocess.Popen[str]
    seen: list[tuple[Path, bytes]] = field(default_factory=list)
    """Results of gradings that are over, as they were then."""

    def new_case(self, attack: Attack) -> Path:
        """A folder of the same layout for one submission; the source is shared."""
        case = self.folder / str(len(list(self.folder.iterdir())))
        for name in ("results", "tmp", "other/submission"):
            (case / name).mkdir(parents=True)
        (case / "source").symlink_to(self.folder / "source")
        (case / "run_autograder").write_text("canary-script\n", encoding="utf-8")
        (case / "submission_metadata.json").write_text('{"name": "canary-metadata"}')
        (case / "other/submission/core.py").write_text("canary-other\n", encoding="utf-8")
        (case / "other").chmod(0o700)
        return case


@pytest.fixture(scope="module")
def tree(request) -> Iterator[Tree]:
    """The tree of this test process; at its end, nothing may have changed the results since."""
    folder = Path(tempfile.mkdtemp(prefix="attacks-")).resolve()
    folder.chmod(0o755)
    source = folder / "source"
    for name in ("autograder", "reference", "tests/small"):
        shutil.copytree(ROOT / name, source / name)
    (source / "autograder" / "salt.txt").write_text("canary-salt\n", encoding="utf-8")
    for name in ("autograder", "reference", "tests"):
        (source / name).chmod(0o700)
    before = fingerprint(source)
    same_user = ["--same-user"] if request.config.getoption("--same-user") else []
    grader = subprocess.Popen(
        [sys.executable, str(PREPARED), *same_user],
        cwd=source,
        env={**os.environ, **THREADS, "PYTHONPATH": ".", "SECRET": "canary-environment"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    made = Tree(folder, grader)
    try:
        yield made
        time.sleep(0.5)  # what is left behind by an attack tries twenty times a second
        for path, content in made.seen:
            assert path.read_bytes() == content, f"{path} was changed after the grading"
        assert fingerprint(source) == before, "the autograder itself was changed"
    finally:
        grader.communicate()
        shutil.rmtree(folder)


@pytest.fixture
def strays() -> Iterator[Callable[[], set[int]]]:
    """Asks what is left: meanwhile whatever outlives its parents becomes a child of this test."""
    prctl, subreaper = ctypes.CDLL(None).prctl, 36
    prctl(subreaper, 1, 0, 0, 0)
    before = alive()
    yield lambda: alive() - before
    prctl(subreaper, 0, 0, 0, 0)
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass  # it had ended, and nobody else will ask how


def alive() -> set[int]:
    """Processes below this one that have not ended."""
    return {pid for pid in processes.descendants(os.getpid()) if processes.is_alive(pid)}


@pytest.fixture
def listener() -> Iterator[list[socket.socket]]:
    """Sockets of this machine that wait for stolen secrets."""
    with socket.create_server(("127.0.0.1", 0)) as stream:
        port = stream.getsockname()[1]
        with (
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram,
            socket.socket(socket.AF_UNIX) as local,
        ):
            datagram.bind(("127.0.0.1", port))
            local.bind(f"\0attack-{port}")
            local.listen()
            for waiting in (stream, datagram, local):
                waiting.setblocking(False)
            yield [stream, datagram, local]


def fingerprint(folder: Path) -> dict[str, bytes]:
    return {str(p): p.read_bytes() for p in folder.rglob("*.py")}


def submission(attack: Attack, case: Path, port: int) -> Path:
    """The attack as a folder."""
    names = f"TREE, PORT, MARK = {str(case)!r}, {port}, {mark(case)!r}\n"
    target, ground = case / "submission", attack.ground
    ground.make(target)
    if attack.inside:
        inside = textwrap.indent(f"{names}{attack.inside}\n", " " * 8)
        insert(target / ground.file, ground.method, ground.method + inside)
    if attack.top:
        where = attack.where or f"{ground.homework.package}/__init__.py"
        insert(target / where, "", f"{names}{attack.top}\n")
    for name, text in attack.files.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(names + text if name.endswith(".py") else text, encoding="utf-8")
    return target


def insert(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def mark(case: Path) -> str:
    return f"/tmp/left-{case.parent.name}-{case.name}"


@dataclass
class Outcome:
    """What came of a grading; `peak` is the grader's own memory, in bytes."""

    report: dict
    printed: str
    code: int
    peak: int


def grade(tree: Tree, case: Path, attack: Attack, asks: tuple[str, ...]) -> Outcome:
    """Grade what lies in a case's folder, as run_autograder does; `asks` is as in `Attack`."""
    arguments = ["grade", f"{case}/submission", "--results-dir", f"{case}/results"]
    arguments += ["--metadata", f"{case}/submission_metadata.json"]
    arguments += ["--patience", str(attack.patience), "--budget", str(attack.budget)]
    request = [f"{case}/tmp", f"{case}/printed", attack.ground.homework.name, asks]
    print(json.dumps([*request, arguments]), file=tree.grader.stdin, flush=True)
    code, peak = json.loads(tree.grader.stdout.readline())
    content = (case / "results" / "results.json").read_bytes()
    assert len(content) < MAX_RESULTS
    printed = (case / "printed").read_text(encoding="utf-8", errors="replace")
    tree.seen.append((case / "results" / "results.json", content))
    return Outcome(json.loads(content), printed, code, 1024 * peak)


def shown(report: dict) -> str:
    """Everything that a student sees."""
    return json.dumps({k: v for k, v in report.items() if k != "extra_data"}, ensure_ascii=False)


OTHER_FILES = {"canary-other", "canary-script"}
"""What a worker in namespaces can read where the kernel has no Landlock."""


def gets_through(attack: Attack) -> bool:
    """Whether nothing here holds an attack: neither a uid, nor a namespace, nor Landlock."""
    uid = limits.free_uid()
    has_uid = uid is not None and limits.can_run(uid, sys.executable)
    if has_uid or namespaces.available():
        return False
    return attack.by_names or (attack.open_without_root and not landlock.available())


def pytest_generate_tests(metafunc):
    """Every third attack, which keeps the tests short, or all of them."""
    if "name" in metafunc.fixturenames:
        every = list(ATTACKS)
        chosen = every if metafunc.config.getoption("--every-attack") else every[::3]
        metafunc.parametrize("name", chosen)


def test_no_attack_wins(name, tree, listener, strays, request):
    attack = ATTACKS[name]
    if gets_through(attack):  # and nothing would hold it off this machine either
        pytest.skip("neither a uid, nor a namespace, nor Landlock holds this one")
    case = tree.new_case(attack)
    submission(attack, case, listener[0].getsockname()[1])
    every = request.config.getoption("--every-attack")
    outcome = grade(tree, case, attack, () if every else attack.asks)
    report = outcome.report
    isolation = report["extra_data"]["isolation"]
    assert outcome.code == 0, outcome.printed[-600:]
    assert_gradescope_accepts(report)
    items = attack.ground.homework.rubric.by_name
    lost = {row["name"] for row in report["tests"] if row["status"] == "failed"}
    assert not lost ^ attack.failures, outcome.printed[-600:]
    assert report["score"] == 100 - sum(items[name].points for name in lost)
    assert attack.says in shown(report)
    only_namespaces = isolation["degree"] == "namespaces" and not isolation["files"]
    readable = OTHER_FILES if only_namespaces else set()
    assert set(CANARY.findall(shown(report))) <= readable
    for waiting in listener:
        with pytest.raises(BlockingIOError):
            waiting.recv(99) if waiting.type == socket.SOCK_DGRAM else waiting.accept()
    assert not strays()
    assert not list((case / "tmp").iterdir())
    assert not Path(mark(case)).exists()
    assert [path.name for path in (case / "results").iterdir()] == ["results.json"]
    assert outcome.peak < MAX_GRADER
    assert report["execution_time"] < attack.budget + GRACE
