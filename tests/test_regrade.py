"""What a regrade changes is told exactly, and who loses points first."""

from __future__ import annotations

import json
import re
import shutil

import pytest

from autograder.classroom import standings
from tests import adverse
from tests.classes import command, fill, grade, lines
from tests.small import SMALL

pytest.importorskip("jinja2")
pytest.importorskip("yaml")


def diff(old, new, out, status):
    """What the command says when it ends with this status."""
    return command("diff", str(old), str(new), "--out", str(out), status=status)


def row(name, score, outcome="passed", cause="", number="1.1"):
    facts = {"outcome": outcome, "cause": cause, "kind": "value", "cases": []}
    return {"number": number, "name": name, "score": score, "max_score": 5, "extra_data": facts}


def results(folder, **students):
    """A folder of results.json, one for each student's rows."""
    for name, rows in students.items():
        (folder / name).mkdir(parents=True)
        whole = {"score": sum(row["score"] for row in rows), "tests": rows}
        (folder / name / "results.json").write_text(json.dumps(whole), encoding="utf-8")
    return folder


def test_a_changed_check_is_told_by_student_and_item(open_folder):
    """The same class, graded before and after a mistake is made in a check of the mean."""
    names = ("amy", "bo", "cleo")
    source, out = fill(open_folder / "in", *names, wrong=("bo",)), open_folder / "out"
    old = open_folder / "old"
    grade(source, old)
    shutil.copytree(SMALL.checks, open_folder / "checks")
    check = open_folder / "checks/test_lines.py"
    check.write_text(check.read_text().replace("mean(axis=0),", "mean(axis=0) + 2,"))
    said = grade(source, out, "--against", str(old), status=1, project=adverse.project(open_folder))
    assert "2 of 3 students are graded differently: 2 lose points" in said
    changed = lines(out, "diff")
    assert [(c["Student"], c["Item"], c["Old Points"], c["New Points"]) for c in changed] == [
        ("amy", "Mean.forward", "20", "5"),
        ("cleo", "Mean.forward", "20", "5"),
    ]
    assert (out / "diff.html").exists()
    diff(old, out, open_folder / "d", status=1)
    diff(out, old, open_folder / "d", status=0)  # who gains loses nothing
    said = diff(old, old / "class.sqlite", open_folder / "d", status=0)
    assert said.startswith("0 of 3 students are gr")


def test_those_who_lose_come_first_and_a_cause_alone_is_a_change(tmp_path):
    before = results(
        tmp_path / "old",
        gains=[row("A", 2, "failed", "sign")],
        loses=[row("A", 5), row("B", 5)],
        loses_more=[row("A", 5), row("B", 5)],
        named=[row("A", 2, "failed")],
        same=[row("A", 5)],
        gone=[row("A", 5)],
    )
    after = results(
        tmp_path / "new",
        gains=[row("A", 5)],
        loses=[row("A", 2, "failed", "sign"), row("B", 5)],
        loses_more=[row("A", 0, "failed"), row("B", 5)],
        named=[row("A", 2, "failed", "transposed")],
        same=[row("A", 5)],
        new=[row("A", 5)],
    )
    said = diff(before, after, tmp_path / "d", status=1)
    told = lines(tmp_path / "d", "diff")
    order = dict.fromkeys(line["Student"] for line in told)
    assert list(order) == ["gone", "loses_more", "loses", "named", "gains", "new"]
    named = next(line for line in told if line["Student"] == "named")
    assert (named["Old Cause"], named["New Cause"]) == ("", "transposed")
    assert re.search(r"^gone: 5 -> none$", said, re.MULTILINE)
    assert "3 lose points, 2 gain some" in said


def test_an_export_of_gradescopes_names_its_students(tmp_path):
    before, after = results(tmp_path / "old", submission_1=[row("A", 5)]), tmp_path / "new"
    results(after, submission_9=[row("A", 0, "failed")])
    who = "  :submitters:\n  - :name: <b>Ada</b>\n    :email: ada@example.edu\n"
    (before / "submission_metadata.yml").write_text(f"submission_1:\n{who}")
    (after / "submission_metadata.yml").write_text(f"submission_9:\n{who}")
    said = diff(before, after, tmp_path / "d", status=1)
    assert "<b>Ada</b>: 5 -> 0" in said
    page = (tmp_path / "d/diff.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;Ada&lt;/b&gt; (ada@example.edu)" in page
    assert "<b>" not in page


def test_results_inside_the_file_about_all_of_them_count(tmp_path):
    tests = "    :tests:\n    - :name: A\n      :score: 3.0\n"
    inside = f"submission_1:\n  :results:\n    :score: 3.0\n{tests}"
    (tmp_path / "submission_metadata.yml").write_text(inside)
    own = tmp_path / "submission_1" / "results.json"
    own.parent.mkdir()
    own.write_text('{"score": 100}', encoding="utf-8")  # handed in with the rest
    (standing,) = standings.read(tmp_path).values()
    assert (standing.total, standing.items["A"].score) == (3, 3)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "holds no gradings"),
        ({"a/results.json": "{"}, "cannot be read"),
        ({"a/results.json": "[]"}, "is no results.json"),
        ({"class.sqlite": "some text " * 99}, "is no record of a class"),
    ],
)
def test_what_holds_no_gradings_is_said(tmp_path, files, said):
    old = tmp_path / "old"
    (old / "a").mkdir(parents=True)
    for name, text in files.items():
        (old / name).write_text(text)
    assert said in diff(old, old, tmp_path / "d", status=2)
