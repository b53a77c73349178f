"""Who handed in what: folders, zips, Gradescope's export, a CSV; and which submission counts."""

from __future__ import annotations

import os
import re

import pytest

from autograder.classroom import sources
from autograder.classroom.handed_in import HandIn, Student, counted
from autograder.classroom.sources import SourceMistake

EXPORT = """\
submission_101:
  :submitters:
  - :name: Ada
    :sid: '0012'
    :email: ada@example.edu
  :created_at: 2024-02-03 10:00:00.123456000 Z
  :score: 40.0
submission_102:
  :submitters:
  - :name: Ada
    :sid: '0012'
    :email: ada@example.edu
  - :name: "<b>Bo</b>"
    :sid:
    :email: bo@example.edu
  :created_at: 2024-02-04 09:00:00.000000000 Z
submission_103:
  :submitters:
  - :name: "<b>Bo</b>"
    :email: bo@example.edu
  :created_at: 2024-02-04 11:00:00.000000000 +02:00
"""


def read(source):
    return sources.read(source, "lines")


@pytest.fixture
def export(tmp_path):
    pytest.importorskip("yaml")
    (tmp_path / "submission_metadata.yml").write_text(EXPORT, encoding="utf-8")
    for number in (101, 102, 103, 104):
        (tmp_path / f"submission_{number}").mkdir()
    return tmp_path


def test_folders_and_archives_are_named_for_themselves(tmp_path):
    for name in ("zoe", "amy", ".git", "__MACOSX"):
        (tmp_path / name).mkdir()
    for name in ("amy.zip", "tom.zip", "late.rar", "notes.txt", ".hidden.zip"):
        (tmp_path / name).touch()
    found = {one.name: one.path.name for one in read(tmp_path)}
    alike = {"amy": "amy", "amy.zip": "amy.zip"}
    assert found == alike | {"late": "late.rar", "tom": "tom.zip", "zoe": "zoe"}


def test_an_export_names_students_mails_and_times(export):
    first, second, _, nameless = read(export)
    assert first.students == (Student("Ada", "ada@example.edu", "0012"),)
    assert first.at == "2024-02-03T10:00:00.123456+00:00"
    assert [student.name for student in second.students] == ["Ada", "<b>Bo</b>"]
    assert nameless.students == (Student("submission_104"),)


def test_classes_of_ruby_are_plain_data(tmp_path):
    pytest.importorskip("yaml")
    tagged = "submission_7: !ruby/hash:ActiveSupport::HashWithIndifferentAccess\n"
    people = "  :submitters: !ruby/array:List\n  - :name: !ruby/object:Name Ada\n"
    (tmp_path / "submission_metadata.yml").write_text(tagged + people)
    assert [one.students[0].name for one in read(tmp_path)] == ["Ada"]


def test_a_name_that_is_no_text_becomes_one(tmp_path):
    (tmp_path / os.fsdecode(b"caf\xe9")).mkdir()
    (found,) = read(tmp_path)
    assert (found.name, found.path.is_dir()) == ("caf\N{REPLACEMENT CHARACTER}", True)


def test_the_latest_of_each_student_counts_also_of_a_group(export):
    """Bo's own submission is at nine in UTC, as early as the group's, and comes after it."""
    names = {one.name: [s.name for s in one.students] for one in counted(read(export), "latest")}
    assert names == {
        "submission_102": ["Ada"],
        "submission_103": ["<b>Bo</b>"],
        "submission_104": ["submission_104"],
    }
    assert len(counted(read(export), "all")) == 4


def test_an_earlier_submission_does_not_count_wherever_it_stands():
    ada = (Student("Ada"),)
    late, early = (HandIn(at, None, ada, at) for at in ("2024-02", "2024-01"))
    assert counted([late, early], "latest") == [late]


def test_a_csv_gives_paths_beside_itself_and_groups(tmp_path):
    table = tmp_path / "class.csv"
    table.write_text(
        "path,name,email\nx/a,Ada,ada@x.edu\nx/a,Bo,\nb.zip,,\n\n", encoding="utf-8-sig"
    )
    group, alone = read(table)
    assert group.path == tmp_path / "x/a"
    assert group.students == (Student("Ada", "ada@x.edu"), Student("Bo"))
    assert alone.students == (Student("b.zip"),)


@pytest.mark.parametrize(
    ("files", "source", "said"),
    [
        ({}, "nowhere", "does not exist"),
        ({"a.txt": ""}, "a.txt", "is no folder and no CSV"),
        ({"a.txt": ""}, ".", "there is no submission"),
        ({"lines/line.py": ""}, ".", "is one submission: `grade` grades it"),
        ({"c.csv": "path,grade\n"}, "c.csv", "has a column 'grade'"),
        ({"c.csv": "name\n"}, "c.csv", "has no column 'path'"),
        ({"submission_metadata.yml": "a: [1\n"}, ".", "cannot be read"),
        ({"submission_metadata.yml": "just text"}, ".", "not what Gradescope writes"),
    ],
)
def test_what_is_no_class_is_said(tmp_path, files, source, said):
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    with pytest.raises(SourceMistake, match=re.escape(said)):
        read(tmp_path / source)


def test_a_digest_names_what_may_be_graded(tmp_path):
    (tmp_path / "a").mkdir()
    hand_in = HandIn("a", tmp_path / "a", ())
    digests = [hand_in.digest]
    for name, text in (("one.py", "1"), ("one.py", "2"), ("two.py", "2")):
        (tmp_path / "a" / name).write_text(text)
        digests.append(hand_in.digest)
    assert len(set(digests)) == 4
    (tmp_path / "a" / ".git").mkdir()
    (tmp_path / "a" / ".git" / "index").touch()
    assert hand_in.digest == digests[-1]
