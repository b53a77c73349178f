"""A submission in any packaging is found, bounded, and refused in one clear sentence."""

from __future__ import annotations

import os
import signal
import socket
import stat
import struct
import subprocess
import tempfile
import tracemalloc
import zipfile
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from autograder import submission
from autograder.submission import SubmissionProblem
from tests.submissions import opened

FILES = {
    "lines/__init__.py": b"from lines.line import Line\n",
    "lines/line.py": b"class Line: ...\n" * 50,
    "assignment.py": b"print('training')\n",
}

AS_ROOT = os.name == "posix" and os.geteuid() == 0
on_posix = pytest.mark.skipif(os.name != "posix", reason="links and modes are POSIX's")


def folder(top, files=FILES, prefix=""):
    for name, content in files.items():
        path = top / prefix / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return top


def archive(path, files=FILES, prefix="", compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", compression) as opened_zip:
        for name, content in files.items():
            info = zipfile.ZipInfo("placeholder", (2024, 1, 1, 0, 0, 0))
            info.filename, info.compress_type = f"{prefix}{name}", compression
            opened_zip.writestr(info, content)
    return path


def names_in(root):
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def refusal(path):
    """The message for a submission that there is no grading of."""
    with pytest.raises(SubmissionProblem) as caught, opened(path):
        pass
    message = str(caught.value)
    assert message.endswith(".")
    assert "\n" not in message
    assert len(message) < 500
    assert tempfile.gettempdir() not in message
    return message


@contextmanager
def traced():
    """Tells, after the block, how many bytes were held at once in it."""
    peaks = []
    tracemalloc.start()
    try:
        yield lambda: peaks[0]
    finally:
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()


@pytest.fixture
def scratch(tmp_path, monkeypatch):
    """Where zips are unpacked in this test; empty again afterwards."""
    place = tmp_path / "scratch"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    yield place
    assert list(place.iterdir()) == []


def test_a_folder_is_graded_where_it_is(tmp_path):
    with opened(folder(tmp_path)) as found:
        assert (found.root, found.notes) == (tmp_path, [])


@pytest.mark.parametrize("prefix", ["", "hw/", "a/b/c/", "my homework (final)/"])
def test_a_zip_is_unpacked_and_gone_afterwards(tmp_path, scratch, prefix):
    with opened(archive(tmp_path / "hw.zip", prefix=prefix)) as found:
        assert names_in(found.root) == set(FILES)
        assert scratch in found.root.parents
    assert not found.root.exists()


@on_posix
def test_what_a_killed_grader_unpacked_is_gone_after_the_next_grading(tmp_path, scratch):
    path = archive(tmp_path / "hw.zip")
    grader = os.fork()
    if grader == 0:
        with opened(path):
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(grader, 0)
    (left,) = scratch.iterdir()
    with opened(path):
        assert left.exists()  # it may be so new that its grader has not locked it yet
        os.utime(left, (0, 0))
        with opened(path) as found:
            assert not left.exists()
            assert found.root.exists()


def test_a_nested_folder_is_found(tmp_path):
    with opened(folder(tmp_path, prefix="repo/src")) as found:
        assert found.root == tmp_path / "repo" / "src"


def test_what_a_mac_adds_to_a_zip_is_left_aside(tmp_path, scratch):
    extra = {"__MACOSX/lines/._line.py": b"\0", "__MACOSX/lines/line.py": b"", ".DS_Store": b"\0"}
    with opened(archive(tmp_path / "hw.zip", FILES | extra)) as found:
        assert found.notes == []
        found.copy_to(tmp_path / "copy")
    assert not any("__MACOSX" in name for name in names_in(tmp_path / "copy"))


def test_backslashes_of_windows_are_folders(tmp_path, scratch):
    files = {name.replace("/", "\\"): content for name, content in FILES.items()}
    with opened(archive(tmp_path / "hw.zip", files)) as found:
        assert names_in(found.root) == set(FILES)


def test_folder_entries_of_windows_are_no_files(tmp_path, scratch):
    files = {"lines\\": b""} | {k.replace("/", "\\"): v for k, v in FILES.items()}
    with opened(archive(tmp_path / "hw.zip", files)) as found:
        assert names_in(found.root) == set(FILES)


def test_two_projects_are_one_too_many(tmp_path):
    folder(folder(tmp_path, prefix="old"), prefix="new")
    message = refusal(tmp_path)
    assert "2 folders named `lines`: `new/lines`, `old/lines`." in message


def test_the_project_nearest_to_the_top_is_graded(tmp_path):
    folder(folder(tmp_path), prefix="backup")
    with opened(tmp_path) as found:
        assert found.root == tmp_path
    assert found.notes == ["Graded `lines`; ignored `backup/lines`."]


def test_a_folder_without_the_package_is_refused(tmp_path):
    (tmp_path / "essay.txt").write_text("hello")
    assert "no folder `lines`" in refusal(tmp_path)


def test_an_empty_submission_is_refused(tmp_path, scratch):
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "no folder `lines`" in refusal(empty)
    assert "no folder `lines`" in refusal(archive(tmp_path / "hw.zip", {}))


def test_an_empty_package_is_refused(tmp_path):
    (tmp_path / "lines").mkdir()
    assert "`lines` holds no Python file" in refusal(tmp_path)


def test_capital_letters_are_refused_by_name(tmp_path):
    files = {name.replace("lines", "Lines"): content for name, content in FILES.items()}
    assert "`Lines`" in refusal(folder(tmp_path, files))
    assert "small letters" in refusal(tmp_path)


def test_modules_without_their_folder_are_refused(tmp_path):
    message = refusal(folder(tmp_path, {"mean.py": b"", "line.py": b""}))
    assert "not in a folder named `lines`" in message


def test_a_missing_path_is_refused_by_name(tmp_path):
    assert "`nothing.zip` does not exist" in refusal(tmp_path / "nothing.zip")


@pytest.mark.parametrize("content", [b"", b"PK", b"Rar!\x1a\x07", b"\0" * 1000, b"PK\3\4" * 99])
def test_what_is_no_zip_is_refused(tmp_path, scratch, content):
    (tmp_path / "hw.zip").write_bytes(content)
    assert "`hw.zip` is not a zip file that can be opened" in refusal(tmp_path / "hw.zip")


def test_a_damaged_zip_is_opened_or_refused_at_every_byte(tmp_path, scratch):
    path = archive(tmp_path / "hw.zip")
    whole = path.read_bytes()
    for place in range(len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= 0xFF
        path.write_bytes(damaged)
        with suppress(SubmissionProblem), opened(path):
            pass


def test_a_truncated_zip_is_refused(tmp_path, scratch):
    path = archive(tmp_path / "hw.zip")
    whole = path.read_bytes()
    for size in range(0, len(whole), 7):
        path.write_bytes(whole[:size])
        refusal(path)


def test_a_name_that_is_no_text_is_refused(tmp_path, scratch):
    path = archive(tmp_path / "hw.zip", FILES | {"lines/é.py": b""})
    path.write_bytes(path.read_bytes().replace("é".encode(), b"\xff\xfe"))
    assert "`hw.zip`" in refusal(path)


@on_posix
@pytest.mark.parametrize(
    "name", ["../out.py", "lines/../../out.py", "..\\out.py", "a/b/../../..", "{}", "{backslashes}"]
)
def test_nothing_is_written_outside(tmp_path, scratch, name):
    target = (tmp_path / "planted.py").as_posix()
    name = name.format(target, backslashes=target.replace("/", "\\"))
    with opened(archive(tmp_path / "hw.zip", FILES | {name: b"planted"})) as found:
        assert names_in(found.root) == set(FILES)
        inside = {(found.root / k).relative_to(tmp_path).as_posix() for k in FILES}
        assert names_in(tmp_path) == {"hw.zip"} | inside


@on_posix
def test_a_link_in_a_zip_is_left_out(tmp_path, scratch):
    path = archive(tmp_path / "hw.zip")
    with zipfile.ZipFile(path, "a") as opened_zip:
        link = zipfile.ZipInfo("lines/secret.py")
        link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        opened_zip.writestr(link, "../../secret.py")
    with opened(path) as found:
        assert names_in(found.root) == set(FILES)


@on_posix
def test_links_and_sockets_in_a_folder_are_left_out(tmp_path, monkeypatch):
    (tmp_path / "secret.py").write_text("secret")
    top = folder(tmp_path / "hw")
    (top / "lines" / "secret.py").symlink_to(tmp_path / "secret.py")
    (top / "up").symlink_to(tmp_path)
    monkeypatch.chdir(top / "lines")  # the address of a socket must be short
    with socket.socket(socket.AF_UNIX) as bound, opened(top) as found:
        bound.bind("socket.py")
        found.copy_to(tmp_path / "copy")
        assert found.digest
    assert names_in(tmp_path / "copy") == set(FILES)


@on_posix
def test_a_package_that_is_a_link_is_refused(tmp_path):
    folder(tmp_path / "elsewhere")
    (tmp_path / "hw").mkdir()
    (tmp_path / "hw" / "lines").symlink_to(tmp_path / "elsewhere" / "lines")
    refusal(tmp_path / "hw")


def with_claimed_size(path, size):
    """The zip at `path` with `size` as the unpacked size in every header."""
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        place = data.find(signature)
        while place >= 0:
            data[place + offset : place + offset + 4] = struct.pack("<I", size)
            place = data.find(signature, place + 1)
    path.write_bytes(data)
    return path


def test_a_zip_that_unpacks_to_too_much_is_refused(tmp_path, scratch):
    path = with_claimed_size(archive(tmp_path / "hw.zip"), submission.MAX_BYTES)
    assert "more than 2000 files or 64 MB" in refusal(path)


def test_a_zip_of_too_many_files_is_refused(tmp_path, scratch):
    many = {f"{k}": b"" for k in range(submission.MAX_FILES + 1)}
    path = archive(tmp_path / "hw.zip", many, compression=zipfile.ZIP_STORED)
    assert "more than 2000 files or 64 MB" in refusal(path)


def test_a_zip_that_lists_a_million_files_is_refused_before_they_are_read(tmp_path, scratch):
    entry = struct.pack("<4s6H3I5H2I", b"PK\1\2", *[0] * 9, 1, *[0] * 6) + b"x"
    listed = entry * 1_000_000
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 1, 1, len(listed), 0, 0)
    (tmp_path / "hw.zip").write_bytes(listed + end)
    del listed
    with traced() as peak:
        message = refusal(tmp_path / "hw.zip")
    assert message.startswith("`hw.zip` lists too many files; leave out environments (`.venv`)")
    assert "`python submit.py` in your project makes a zip" in message
    assert peak() < 10_000_000


def test_a_large_file_of_a_zip_is_not_held_in_memory(tmp_path, scratch):
    path = archive(tmp_path / "hw.zip", FILES | {"data.bin": bytes(20_000_000)})
    with traced() as peak, opened(path) as found:
        assert (found.root / "data.bin").stat().st_size == 20_000_000
    assert peak() < 5_000_000


def test_a_zip_in_a_zip_is_opened_once_and_no_deeper(tmp_path, scratch):
    inner = archive(tmp_path / "inner.zip").read_bytes()
    one = archive(tmp_path / "one.zip", {"inner.zip": inner}).read_bytes()
    with opened(tmp_path / "one.zip") as found:
        assert names_in(found.root) == set(FILES)
        assert found.notes == ["Graded what `inner.zip` in this submission holds."]
    two = archive(tmp_path / "two.zip", {"one.zip": one})
    assert "but `inner.zip`; unpack it" in refusal(two)


def test_of_two_zips_in_a_zip_none_is_chosen(tmp_path, scratch):
    inner = archive(tmp_path / "inner.zip").read_bytes()
    path = archive(tmp_path / "hw.zip", {"a.zip": inner, "b.zip": inner})
    assert "but `a.zip`; unpack it and hand in the folder." in refusal(path)


def test_a_zip_beside_a_project_is_left_alone(tmp_path, scratch):
    inner = archive(tmp_path / "inner.zip").read_bytes()
    with opened(archive(tmp_path / "hw.zip", FILES | {"a.zip": inner})) as found:
        assert found.notes == []


@on_posix
@pytest.mark.parametrize(
    ("name", "shown"),
    [("two\nlines", "two?lines"), ("`code`", "'code'"), ("x" * 200, f"{'x' * 40}...")],
    ids=["newline", "backtick", "long"],
)
def test_the_name_of_a_folder_stays_one_word_of_the_sentence(tmp_path, name, shown):
    (tmp_path / name / "lines").mkdir(parents=True)
    message = refusal(tmp_path)
    assert message.startswith(f"`{shown}")
    assert message.endswith("/lines` holds no Python file.")


@on_posix
def test_a_name_that_is_no_unicode_is_shown_with_question_marks(tmp_path):
    top = folder(tmp_path / "hw")
    try:
        os.mkdir(os.fsencode(top / "old") + b"\xff")  # noqa: PTH102
    except OSError:
        pytest.skip("this file system takes Unicode only")
    folder(top, prefix=os.fsdecode(b"old\xff"))
    with opened(top) as found:
        assert found.notes == ["Graded `lines`; ignored `old?/lines`."]
        assert found.digest


@pytest.mark.parametrize(
    "compression",
    [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA],
    ids=["deflate", "bzip2", "lzma"],
)
def test_a_bomb_that_understates_its_size_stays_small(tmp_path, scratch, compression):
    bomb = {"lines/line.py": bytes(20_000_000)}
    path = with_claimed_size(archive(tmp_path / "hw.zip", bomb, compression=compression), 1000)
    with traced() as peak, suppress(SubmissionProblem), opened(path) as found:
        assert (found.root / "lines" / "line.py").stat().st_size <= 1000
    assert peak() < 10_000_000


@on_posix
@pytest.mark.skipif(AS_ROOT, reason="root reads everything")
def test_a_file_that_cannot_be_read_is_left_out_and_noted(tmp_path):
    top = folder(tmp_path / "hw")
    (top / "assignment.py").chmod(0)
    with opened(top) as found:
        assert found.digest
        found.copy_to(tmp_path / "copy")
    assert names_in(tmp_path / "copy") == set(FILES) - {"assignment.py"}
    assert "`assignment.py` could not be read (Permission denied); it was left out." in found.notes


@on_posix
@pytest.mark.skipif(AS_ROOT, reason="root reads everything")
@pytest.mark.parametrize("mode", [0, 0o444])
def test_folders_that_cannot_be_entered_are_no_crash(tmp_path, mode):
    top = folder(tmp_path / "hw")
    closed = folder(top / "data", {"a.txt": b""})
    closed.chmod(mode)
    try:
        with opened(top) as found:
            found.copy_to(tmp_path / "copy")
        assert names_in(tmp_path / "copy") == set(FILES)
        (top / "lines").chmod(mode)
        assert "`lines` cannot be read" in refusal(top)
    finally:
        closed.chmod(0o755)
        (top / "lines").chmod(0o755)


def test_of_very_many_files_the_first_are_copied_python_before_data(tmp_path):
    top = folder(tmp_path / "hw")
    for k in range(submission.MAX_FILES + 5):
        (top / f"a{k}.dat").touch()
    with opened(top) as found:
        for name in ("copy", "another"):  # one for each worker; what is left out is noted once
            found.copy_to(tmp_path / name)
    copied = names_in(tmp_path / "copy")
    assert set(FILES) <= copied
    assert len(copied) == submission.MAX_FILES
    assert found.notes == [
        "Only 2000 files and 64 MB are looked at: `a992.dat` and 7 more were left out."
    ]


def test_of_very_many_modules_the_projects_own_come_first(tmp_path):
    top = folder(tmp_path / "hw", FILES | {"preprocess.py": b"", "lines/parts/deep.py": b""})
    for place in ("an_environment", "lines/an_environment"):
        (top / place).mkdir()
        for k in range(submission.MAX_FILES):
            (top / place / f"a{k}.py").touch()
    with opened(top) as found:
        found.copy_to(tmp_path / "copy")
    assert {*FILES, "preprocess.py"} <= names_in(tmp_path / "copy")


def test_an_environment_in_a_zip_is_passed_over(tmp_path, scratch):
    paths = [".venv/bin/python", "hw\\.git\\config", "venv/lib/x.py"]
    paths += [f".venv/lib/site-packages/a{k}.py" for k in range(submission.MAX_FILES)]
    files = {f"./{name}": text for name, text in FILES.items()} | dict.fromkeys(paths, b"")
    with opened(archive(tmp_path / "hw.zip", files)) as found:
        assert names_in(found.root) == set(FILES)
        assert found.notes == []


def test_a_file_larger_than_the_bound_is_neither_copied_nor_held_in_memory(tmp_path):
    top = folder(tmp_path / "hw")
    with (top / "zzz.py").open("wb") as file:
        file.truncate(submission.MAX_BYTES + 1)
    with traced() as peak, opened(top) as found:
        assert found.digest
        found.copy_to(tmp_path / "copy")
    assert names_in(tmp_path / "copy") == set(FILES)
    assert peak() < submission.MAX_BYTES / 4


@on_posix
def test_very_deep_folders_are_no_crash(tmp_path):
    top, here = folder(tmp_path / "hw"), os.open(tmp_path / "hw", os.O_RDONLY)
    for _ in range(1200):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    try:
        with opened(top) as found:
            assert found.digest
            found.copy_to(tmp_path / "copy")
        assert names_in(tmp_path / "copy") == set(FILES)
    finally:  # deeper than shutil.rmtree, and so pytest, can remove
        subprocess.run(["rm", "-rf", str(top)], check=True)


def digest(top):
    with opened(top) as found:
        return found.digest


def test_the_digest_names_the_content_and_not_its_dates(tmp_path, scratch):
    one, two = folder(tmp_path / "one"), folder(tmp_path / "two")
    os.utime(two / "lines" / "line.py", (0, 0))
    assert digest(one) == digest(two)
    zips = [tmp_path / name / "hw.zip" for name in ("one", "two")]
    assert len({digest(archive(path)) for path in zips}) == 1


CHANGES = {
    "a letter": lambda top: (top / "assignment.py").write_bytes(b"print('Training')\n"),
    "another file": lambda top: (top / "lines" / "helper.py").touch(),
    "another name": lambda top: (top / "assignment.py").rename(top / "assignments.py"),
    "a file less": lambda top: (top / "assignment.py").unlink(),
}


def test_the_digest_covers_files_that_are_no_source(tmp_path):
    one, two = folder(tmp_path / "one"), folder(tmp_path / "two")
    (one / "lines" / "table.bin").write_bytes(b"1")
    (two / "lines" / "table.bin").write_bytes(b"2")
    assert digest(one) != digest(two)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_digest_changes_with_the_content(tmp_path, change):
    before = digest(folder(tmp_path))
    change(tmp_path)
    assert digest(tmp_path) != before


@on_posix
def test_the_digest_covers_names_that_are_no_unicode(tmp_path):
    tops = [folder(tmp_path / name) for name in ("one", "two")]
    try:
        for top, letter in zip(tops, (b"\xfe", b"\xff"), strict=True):
            Path(os.fsdecode(os.fsencode(top / "lines") + b"/" + letter)).touch()
    except OSError:
        pytest.skip("this file system takes Unicode only")
    assert digest(tops[0]) != digest(tops[1])


def test_the_digest_leaves_caches_out(tmp_path):
    folder(tmp_path, {".git/config": b"x"})
    before = digest(folder(tmp_path))
    folder(tmp_path, {"lines/__pycache__/line.pyc": b"x", ".git/config": b"y"})
    assert digest(tmp_path) == before


def test_what_a_damaged_zip_quotes_is_no_markup(tmp_path, scratch):
    path = archive(tmp_path / "hw.zip", {"**bold**.py": b"x"})
    path.write_bytes(path.read_bytes().replace(b"**bold**", b"**cold**", 1))
    message = refusal(path)
    assert "cold" in message
    assert message.index("`") < message.index("**") < message.rindex("**") < message.rindex("`")
