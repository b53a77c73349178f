"""The doors: setup.sh, run_autograder and the pinned packages, without a network.

Each test has a throw-away clone, whose `autograder` is a stand-in that writes down how it was
called. Its interpreter is a stand-in too: a script that makes an environment by copying itself,
notes every call of pip, and hands everything else to the Python that runs these tests.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
AS_ROOT = os.name == "posix" and os.geteuid() == 0

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the doors are bash scripts")

FAKE_GRADER = """\
import argparse, json, os, pathlib, sys
parser = argparse.ArgumentParser()
parser.add_argument("--results-dir", type=pathlib.Path)
results = parser.parse_known_args()[0].results_dir / "results.json"
mood = os.environ.get("FAKE_GRADER", "")
if mood == "crash":
    raise RuntimeError("planted")
found = results.exists() and json.loads(results.read_text())
results.parent.mkdir(exist_ok=True)
call = {"arguments": sys.argv[1:], "cwd": os.getcwd(), "found": found}
call["environment"] = dict(os.environ)
results.write_text(json.dumps({"score": 7, "call": call}))
if mood == "lose":
    results.unlink()
sys.exit(int(mood) if mood.isdigit() else mood == "lose")
"""

FAKE_PYTHON = """\
#!/bin/sh
case "$*" in
    "-I -c import ensurepip" | "-I -c import pip") ;;
    "-I -m venv "*)
        for place; do :; done
        mkdir -p "$place/bin" && cp "$0" "$place/bin/python" ;;
    "-I -m pip "*)
        echo "$*" >>"$FAKE_PIP_LOG"
        packages="$(dirname "$0")/../lib/python3.12/site-packages"
        mkdir -p "$packages/numpy" "$packages/numpy.libs" "$packages/msgpack" "$packages/scipy"
        sleep "${FAKE_PIP_SECONDS:-0}"
        echo "${FAKE_PIP_SAYS:-}"
        [ -z "${FAKE_PIP_SAYS:-}" ] ;;
    *) exec "PYTHON" "$@" ;;
esac
"""


def write_script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def make_clone(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name in ("run_autograder", "setup.sh"):
        shutil.copy(ROOT / name, folder / name)
    (folder / "autograder").mkdir()
    (folder / "autograder" / "__init__.py").touch()
    (folder / "autograder" / "__main__.py").write_text(FAKE_GRADER)
    for name in ("reference", "tests", "requirements"):
        (folder / name).mkdir()
    (folder / "requirements" / "grade.txt").write_text("first\n")
    (folder / "requirements" / "dev.txt").write_text("second\n")
    (folder / "requirements" / "class.txt").write_text("third\n")
    return folder


def give_environment(clone: Path) -> None:
    """An environment that looks built, for tests that are not about building it."""
    write_script(clone / ".venv/bin/python", FAKE_PYTHON.replace("PYTHON", sys.executable))
    (clone / ".venv/beras-grade").write_text("built\n")
    write_script(clone / "setup.sh", "exit 0\n")


def run(*command: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", *map(str, command)],
        cwd=cwd,
        env={"PATH": os.environ["PATH"], **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def tree(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file under the folder, with its mode and content."""
    return {
        str(path.relative_to(folder)): (path.stat().st_mode, path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file()
    }


def call_in(results: Path) -> dict[str, object]:
    """How the stand-in for the grader was called."""
    call = json.loads((results / "results.json").read_text())["call"]
    assert isinstance(call, dict)
    return call


# ---- run_autograder on Gradescope ----


@pytest.fixture
def gradescope(tmp_path: Path) -> Path:
    folder = tmp_path / "auto grader"
    give_environment(make_clone(folder / "source"))
    shutil.copy(folder / "source" / "run_autograder", folder / "run_autograder")
    (folder / "submission").mkdir()
    (folder / "submission_metadata.json").write_text("{}")
    return folder


def grade_on_gradescope(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return run(folder / "run_autograder", cwd=folder, **environment)


def assert_fallback(folder: Path) -> None:
    """The result says, to a student, that staff must look; nothing of the machine shows in it."""
    file = folder / "results" / "results.json"
    result = json.loads(file.read_text())
    assert result["score"] == 0
    assert result["stdout_visibility"] == "hidden"
    assert "not your submission's fault" in result["output"]
    assert not re.search(r"/|Traceback|Error|planted", result["output"])
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in (folder / "results").iterdir()] == ["results.json"]


def test_gradescope_is_known_by_what_lies_beside_the_script(gradescope: Path) -> None:
    assert grade_on_gradescope(gradescope).returncode == 0
    call = call_in(gradescope / "results")
    assert call["arguments"] == [
        "grade",
        f"{gradescope}/submission",
        "--results-dir",
        f"{gradescope}/results",
        "--metadata",
        f"{gradescope}/submission_metadata.json",
    ]
    assert call["cwd"] == f"{gradescope}/source"


def test_a_linked_script_on_gradescope_still_knows_where_it_is(gradescope: Path) -> None:
    (gradescope / "run_autograder").unlink()
    (gradescope / "run_autograder").symlink_to("source/run_autograder")
    assert grade_on_gradescope(gradescope).returncode == 0
    assert call_in(gradescope / "results")["cwd"] == f"{gradescope}/source"


def test_metadata_is_passed_only_where_there_is_some(gradescope: Path) -> None:
    (gradescope / "submission_metadata.json").unlink()
    grade_on_gradescope(gradescope)
    arguments = call_in(gradescope / "results")["arguments"]
    assert isinstance(arguments, list)
    assert "--metadata" not in arguments


def test_python_starts_with_one_thread_and_without_the_callers_settings(gradescope: Path) -> None:
    grade_on_gradescope(gradescope, PYTHONPATH="/elsewhere", OMP_NUM_THREADS="8")
    environment = call_in(gradescope / "results")["environment"]
    assert isinstance(environment, dict)
    threads = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    assert [environment[name] for name in threads] == ["1", "1", "1"]
    assert environment["PYTHONDONTWRITEBYTECODE"] == environment["PYTHONNOUSERSITE"] == "1"
    assert "PYTHONPATH" not in environment


def test_grading_changes_nothing_but_the_results(gradescope: Path) -> None:
    (gradescope / "submission_metadata.json").chmod(0o600)
    before = tree(gradescope)
    grade_on_gradescope(gradescope)
    after = tree(gradescope)
    assert after.pop("results/results.json")
    assert after == before


def test_a_result_is_there_before_python_starts(gradescope: Path) -> None:
    grade_on_gradescope(gradescope)
    found = call_in(gradescope / "results")["found"]
    assert isinstance(found, dict)
    assert found["score"] == 0


def test_a_crash_before_any_result_leaves_the_fallback(gradescope: Path) -> None:
    outcome = grade_on_gradescope(gradescope, FAKE_GRADER="crash")
    assert outcome.returncode == 0
    assert "planted" in outcome.stderr
    assert_fallback(gradescope)


def test_a_lost_result_is_replaced_by_the_fallback(gradescope: Path) -> None:
    assert grade_on_gradescope(gradescope, FAKE_GRADER="lose").returncode == 0
    assert_fallback(gradescope)


def test_a_late_failure_keeps_the_results_so_far(gradescope: Path) -> None:
    outcome = grade_on_gradescope(gradescope, FAKE_GRADER="3")
    assert outcome.returncode == 0
    assert "status 3" in outcome.stderr
    assert json.loads((gradescope / "results" / "results.json").read_text())["score"] == 7


def test_without_python_there_is_still_a_result(gradescope: Path) -> None:
    shutil.rmtree(gradescope / "source" / ".venv")
    write_script(gradescope / "source" / "setup.sh", "exit 1\n")
    assert grade_on_gradescope(gradescope).returncode == 0
    assert_fallback(gradescope)


def test_a_missing_environment_is_built_on_the_spot(gradescope: Path) -> None:
    source = gradescope / "source"
    (source / ".venv").rename(source / "aside")
    write_script(source / "setup.sh", 'cd "$(dirname "$0")" && echo building && mv aside .venv\n')
    outcome = grade_on_gradescope(gradescope)
    assert outcome.stderr == "building\n"
    assert json.loads((gradescope / "results" / "results.json").read_text())["score"] == 7


# ---- run_autograder in a clone ----


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    folder = make_clone(tmp_path / "a clone")
    give_environment(folder)
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder of the caller's, elsewhere, with a submission in it."""
    (tmp_path / "home" / "her work").mkdir(parents=True)
    return tmp_path / "home"


def test_a_clone_grades_its_reference(clone: Path, home: Path) -> None:
    assert run(clone / "run_autograder", cwd=home).returncode == 0
    expected = ["grade", f"{clone}/reference", "--results-dir", f"{clone}/results"]
    assert call_in(clone / "results")["arguments"] == expected


def test_options_alone_still_mean_the_reference(clone: Path, home: Path) -> None:
    run(clone / "run_autograder", "--seed", "7", cwd=home)
    arguments = call_in(clone / "results")["arguments"]
    assert isinstance(arguments, list)
    assert arguments[1] == f"{clone}/reference"
    assert arguments[-2:] == ["--seed", "7"]


@pytest.mark.parametrize("edition", [["--edition", "backward"], ["--edition=backward"]])
def test_the_reference_of_an_edition_is_the_commands_to_find(
    clone: Path, home: Path, edition: list[str]
) -> None:
    run(clone / "run_autograder", *edition, cwd=home)
    expected = ["grade", "--results-dir", f"{clone}/results", *edition]
    assert call_in(clone / "results")["arguments"] == expected
    run(clone / "run_autograder", "her work", *edition, cwd=home)
    arguments = call_in(clone / "results")["arguments"]
    assert isinstance(arguments, list)
    assert arguments[1] == f"{home}/her work"


@pytest.mark.parametrize("results", [["--results-dir", "my results"], ["--results-dir=my results"]])
def test_paths_are_taken_from_where_the_caller_stands(
    clone: Path, home: Path, results: list[str]
) -> None:
    run(clone / "run_autograder", "her work", "--seed", "7", *results, cwd=home)
    arguments = call_in(home / "my results")["arguments"]
    assert isinstance(arguments, list)
    assert arguments[1] == f"{home}/her work"
    assert arguments[4:6] == ["--seed", "7"]
    assert "=".join(arguments[6:]) == f"--results-dir={home}/my results"


def test_files_beside_the_caller_are_not_imported(clone: Path, home: Path) -> None:
    (home / "json.py").write_text("raise SystemExit('a student was imported')\n")
    assert run(clone / "run_autograder", "her work", cwd=home).returncode == 0


def test_the_graders_exit_status_is_passed_on(clone: Path, home: Path) -> None:
    assert run(clone / "run_autograder", cwd=home, FAKE_GRADER="3").returncode == 3
    assert run(clone / "run_autograder", cwd=home, FAKE_GRADER="crash").returncode == 1


def test_a_submission_that_is_not_there_is_named(clone: Path, home: Path) -> None:
    outcome = run(clone / "run_autograder", "nobody's", cwd=home)
    assert outcome.returncode == 2
    assert f"no submission at {home}/nobody's" in outcome.stderr
    assert not (clone / "results").exists()


def test_a_failing_setup_stops_the_run(clone: Path, home: Path) -> None:
    write_script(clone / "setup.sh", "echo no network; exit 1\n")
    outcome = run(clone / "run_autograder", cwd=home)
    assert (outcome.returncode, outcome.stdout) == (2, "")
    assert "no network" in outcome.stderr


def test_a_link_to_the_script_finds_the_clone(clone: Path, home: Path) -> None:
    (home / "bin").mkdir()
    (home / "bin" / "first").symlink_to(clone / "run_autograder")
    (home / "bin" / "grade").symlink_to("first")
    assert run(home / "bin" / "grade", "her work", cwd=home).returncode == 0
    assert call_in(clone / "results")["cwd"] == str(clone)


def test_help_explains_and_grades_nothing(clone: Path, home: Path) -> None:
    outcome = run(clone / "run_autograder", "--help", cwd=home)
    assert outcome.returncode == 0
    assert "./run_autograder [SUBMISSION] [OPTION...]" in outcome.stdout
    assert "set -euo" not in outcome.stdout
    assert not (clone / "results").exists()


# ---- setup.sh ----

Setup = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A clone as git leaves it: no environment yet."""
    return make_clone(tmp_path / "a clone")


@pytest.fixture
def pip_log(tmp_path: Path) -> Path:
    return tmp_path / "pip.log"


@pytest.fixture
def setup(bare: Path, tmp_path: Path, pip_log: Path) -> Setup:
    """Runs the clone's setup.sh from another folder, without HOME, on the stand-in for Python."""
    python = write_script(tmp_path / "fake", FAKE_PYTHON.replace("PYTHON", sys.executable))

    def run_setup(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        fakes = {"BERAS_PYTHON": str(python), "FAKE_PIP_LOG": str(pip_log)}
        fakes["BERAS_ENVIRONMENTS"] = str(tmp_path / "environments")
        return run(bare / "setup.sh", *arguments, cwd=tmp_path, **{**fakes, **environment})

    return run_setup


def installed(pip_log: Path) -> list[str]:
    """The names of the requirement files that pip was given, in order."""
    calls = pip_log.read_text().splitlines() if pip_log.exists() else []
    assert all("install --require-hashes --only-binary :all:" in call for call in calls)
    return [Path(call).stem for call in calls]


def test_setup_builds_once(setup: Setup, bare: Path, pip_log: Path) -> None:
    assert setup().returncode == 0
    assert (bare / ".venv/bin/python").exists()
    (bare / ".venv.lock").unlink()
    before = tree(bare)
    assert setup("--quiet").stdout == ""
    assert setup().returncode == 0
    assert installed(pip_log) == ["grade"]
    assert tree(bare) == before


def test_setup_makes_byte_code(setup: Setup, bare: Path) -> None:
    setup()
    assert list((bare / "autograder/__pycache__").glob("__main__.*.pyc"))


def test_a_failing_warm_up_fails_the_setup(setup: Setup, bare: Path) -> None:
    (bare / "autograder/__main__.py").write_text("raise SystemExit('no warm-up today')\n")
    outcome = setup()
    assert outcome.returncode == 1
    assert "no warm-up today" in outcome.stderr


def test_development_tools_come_on_top(setup: Setup, pip_log: Path) -> None:
    setup()
    setup("--dev")
    setup("--dev")
    setup()
    assert installed(pip_log) == ["grade", "dev"]


def test_what_a_class_needs_comes_on_top_and_development_has_it(
    setup: Setup, pip_log: Path
) -> None:
    setup("--class")
    setup("--class")
    setup("--dev")
    setup("--class")
    assert installed(pip_log) == ["grade", "class", "dev"]


def test_what_comparing_needs_comes_on_top_with_the_one_package_that_has_no_wheel(
    setup: Setup, bare: Path, pip_log: Path
) -> None:
    (bare / "requirements" / "similar.txt").write_text("fourth\n")
    setup("--similar")
    setup("--similar")
    assert installed(pip_log) == ["grade", "similar"]
    calls = pip_log.read_text().splitlines()
    assert ["--no-binary termcolor" in call for call in calls] == [False, True]


def test_changed_requirements_are_installed(setup: Setup, bare: Path, pip_log: Path) -> None:
    setup("--dev")
    (bare / "requirements/dev.txt").write_text("changed\n")
    setup("--dev")
    assert installed(pip_log) == ["grade", "dev", "dev"]
    (bare / "requirements/grade.txt").write_text("changed\n")
    setup()
    assert installed(pip_log) == ["grade", "dev", "dev", "grade"]


def test_a_half_built_environment_is_built_anew(setup: Setup, bare: Path, pip_log: Path) -> None:
    assert setup(FAKE_PIP_SAYS="killed").returncode == 1
    leftover = bare / ".venv/leftover"
    leftover.touch()
    assert setup().returncode == 0
    assert installed(pip_log) == ["grade", "grade"]
    assert not leftover.exists()


def test_an_environment_that_does_not_start_is_built_anew(
    setup: Setup, bare: Path, pip_log: Path
) -> None:
    setup()
    (bare / ".venv/bin/python").unlink()
    assert setup().returncode == 0
    assert installed(pip_log) == ["grade", "grade"]


def test_two_at_once_build_once(setup: Setup, pip_log: Path) -> None:
    with ThreadPoolExecutor() as pool:
        both = [pool.submit(setup, "--dev", FAKE_PIP_SECONDS="0.3") for _ in range(2)]
    outcomes = [future.result() for future in both]
    assert [outcome.returncode for outcome in outcomes] == [0, 0]
    assert "another setup.sh is at work" in outcomes[0].stdout + outcomes[1].stdout
    assert installed(pip_log) == ["grade", "dev"]


def test_an_environment_of_someone_elses_is_left_alone(setup: Setup, bare: Path) -> None:
    precious = bare / ".venv/precious"
    precious.parent.mkdir()
    precious.touch()
    outcome = setup()
    assert outcome.returncode == 1
    assert "move it away" in outcome.stderr
    assert precious.exists()


@pytest.mark.parametrize(
    ("pip_says", "advice"),
    [
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("Failed to establish a new connection\nNo matching distribution", "can't be reached"),
        ("No matching distribution found for numpy", "no wheel for this Python"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES", "not the one that was pinned"),
        ("something new", "pip's own words are above"),
    ],
)
def test_a_failed_install_says_what_to_do(setup: Setup, pip_says: str, advice: str) -> None:
    outcome = setup(FAKE_PIP_SAYS=pip_says)
    assert outcome.returncode == 1
    assert pip_says in outcome.stderr
    assert advice in outcome.stderr


def test_a_forced_interpreter_must_be_usable(setup: Setup, tmp_path: Path) -> None:
    old = write_script(tmp_path / "python2", "#!/bin/sh\nexit 1\n")
    outcome = setup(BERAS_PYTHON=str(old))
    assert outcome.returncode == 1
    assert f"BERAS_PYTHON={old}" in outcome.stderr


@pytest.mark.skipif(not AS_ROOT, reason="only root has something to close")
def test_private_folders_are_closed_every_time(setup: Setup, bare: Path) -> None:
    (bare / ".git").mkdir()
    for _ in range(2):
        setup()
        for name in ("autograder", "tests", "reference", ".git"):
            assert stat.S_IMODE((bare / name).stat().st_mode) == 0o700
            (bare / name).chmod(0o755)


@pytest.mark.skipif(not AS_ROOT, reason="only root has something to close")
def test_packages_that_a_worker_does_without_are_closed_but_for_development(
    setup: Setup, bare: Path
) -> None:
    def opened() -> set[str]:
        paths = (bare / ".venv").glob("lib/*/site-packages/*")
        return {path.name for path in paths if path.stat().st_mode & 0o077}

    setup()
    assert opened() == {"numpy", "numpy.libs", "msgpack"}
    setup("--dev")
    assert opened() == {"numpy", "numpy.libs", "msgpack", "scipy"}


@pytest.fixture
def open_python() -> Iterator[Path]:
    """The stand-in for Python, where every user can run it."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        yield write_script(Path(folder) / "fake", FAKE_PYTHON.replace("PYTHON", sys.executable))


def others_can_run(python: Path) -> bool:
    command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", str(python), "-c", ""]
    if not shutil.which("setpriv"):
        return False
    return subprocess.run(command, cwd="/", capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not AS_ROOT, reason="only root gives a worker its own uid")
def test_a_clone_in_a_closed_folder_keeps_its_environment_outside(
    setup: Setup, bare: Path, tmp_path: Path, open_python: Path, pip_log: Path
) -> None:
    if not others_can_run(open_python):
        pytest.skip("other users can't run the Python of these tests")
    tmp_path.chmod(0o700)
    lost = tmp_path / "environments/lost"
    lost.mkdir(parents=True)
    (lost / "beras-clone").write_text(f"{tmp_path}/gone\n")

    for _ in range(2):
        assert setup(BERAS_PYTHON=str(open_python)).returncode == 0
    assert (bare / ".venv").is_symlink()
    assert (bare / ".venv").resolve().parent == tmp_path / "environments"
    assert installed(pip_log) == ["grade"]
    assert not lost.exists(), "an environment whose clone is gone should go, too"

    leftover = (bare / ".venv").resolve() / "leftover"
    leftover.touch()
    (bare / ".venv").unlink()  # as in a clone made anew in the same place
    assert setup(BERAS_PYTHON=str(open_python)).returncode == 0
    assert not leftover.exists()

    assert run(bare / "run_autograder", cwd=tmp_path, BERAS_PYTHON=str(open_python)).returncode == 0
    assert call_in(bare / "results")["cwd"] == str(bare)


# ---- the pinned packages ----

PIN = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>[0-9][0-9a-z.]*)( ; (?P<marker>[^\\]+))?")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def pins(name: str) -> dict[str, list[str]]:
    """Each pinned requirement with its hashes; fails on any line that is something else."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text().replace("\\\n", "")
    found = {}
    for line in text.splitlines():
        pin, *hashes = re.split(r"\s+(?=--hash)", line.strip())
        assert PIN.fullmatch(pin), f"not a pinned package: {pin}"
        assert hashes, f"no hash: {pin}"
        assert all(map(HASH.fullmatch, hashes)), f"not a SHA-256: {pin}"
        found[pin] = hashes
    return found


@pytest.mark.parametrize("name", ["grade", "class", "similar", "dev"])
def test_every_package_is_pinned_with_hashes_and_from_no_particular_index(name: str) -> None:
    assert len(pins(name)) > 10


def test_the_tests_run_with_the_versions_that_grade() -> None:
    assert_pinned_alike("grade", "dev")
    assert_pinned_alike("class", "dev")


def test_a_class_is_graded_with_the_versions_that_grade_one() -> None:
    assert_pinned_alike("grade", "class")
    assert_pinned_alike("grade", "similar")


def assert_pinned_alike(name: str, whole: str) -> None:
    """All that `name` pins is pinned in `whole`, with the same hashes."""
    pinned = pins(whole)
    for pin, hashes in pins(name).items():
        exact = [other for other in pinned if other.split(" ;")[0] == pin.split(" ;")[0]]
        assert exact, f"{pin} is not in {whole}.txt: see the top of {whole}.in"
        assert pinned[exact[0]] == hashes
