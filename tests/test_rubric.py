"""The rubric adds up, its order can be followed, and its hidden seeds are its own."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.homework import rubric
from autograder.homework.rubric import BY_NAME, ITEMS, POSITION, STAGES, hidden_seed

ROOT = Path(__file__).resolve().parents[1]

each_item = pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.name)


def test_points_total_one_hundred():
    assert sum(item.points for item in ITEMS) == 100


def test_most_points_are_for_gradients():
    assert sum(item.points for item in ITEMS if item.gradient) >= 60


def test_what_is_named_for_a_gradient_counts_as_one():
    named = [i for i in ITEMS if "gradients" in i.name and "apply_gradients" not in i.name]
    assert len(named) >= 12
    assert all(item.gradient for item in named)


def test_names_are_unique():
    assert len({item.name for item in ITEMS}) == len(ITEMS) == len(BY_NAME)


@each_item
def test_an_item_needs_only_items_before_it(item):
    assert all(POSITION[need] < POSITION[item.name] for need in item.needs)
    assert len(set(item.needs)) == len(item.needs)


@each_item
def test_points_are_whole_and_not_negative(item):
    assert type(item.shape) is type(item.value) is int
    assert min(item.shape, item.value) >= 0


@each_item
def test_an_item_may_be_shown_and_has_time(item):
    assert item.visibility in ("hidden", "after_due_date", "after_published", "visible")
    assert 0 < item.seconds <= rubric.RUN_SECONDS


def test_numbers_count_within_each_stage():
    places = [tuple(map(int, item.number.split("."))) for item in ITEMS]
    assert places == sorted(set(places))
    assert {str(stage) for stage, _ in places} == set(STAGES)
    for stage in range(1, len(STAGES) + 1):
        mine = [place for s, place in places if s == stage]
        assert mine == list(range(1, len(mine) + 1))


def test_positions_follow_the_roadmap():
    assert [POSITION[item.name] for item in ITEMS] == list(range(len(ITEMS)))


def test_a_hidden_seed_is_the_same_every_time():
    assert hidden_seed("digest", salt="salt") == hidden_seed("digest", salt="salt")


def test_a_hidden_seed_does_not_depend_on_the_process():
    code = "from autograder.homework.rubric import hidden_seed as of; print(of('digest', 'salt'))"
    command = [sys.executable, "-c", code]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    assert int(printed) == hidden_seed("digest", salt="salt")


def test_salts_and_submissions_have_seeds_of_their_own():
    pairs = [(f"salt {i}", f"digest {j}") for i in range(30) for j in range(30)]
    seeds = {hidden_seed(digest, salt=salt) for salt, digest in pairs}
    assert len(seeds) == len(pairs)
    assert rubric.PUBLIC_SEED not in seeds


def test_a_hidden_seed_fits_into_json_and_numpy():
    assert all(0 <= hidden_seed(str(k), salt="") < 2**53 for k in range(100))


@pytest.mark.parametrize(
    ("content", "salt"), [(None, ""), (b"", ""), (b" \n", ""), (b"a secret\n", "a secret")]
)
def test_the_salt_is_what_its_file_holds(tmp_path, monkeypatch, content, salt):
    path = tmp_path / "salt.txt"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setattr(rubric, "SALT_FILE", path)
    assert rubric.secret() == salt.encode()
    assert hidden_seed("digest") == hidden_seed("digest", salt=salt)


def test_the_table_has_no_mistakes():
    assert rubric.mistakes() == []


def test_mistakes_in_the_table_are_named(monkeypatch):
    first, second, *others = ITEMS
    wrong = [replace(first, value=7, needs=(others[-1].name,)), second, second, *others]
    monkeypatch.setattr(rubric, "ITEMS", tuple(wrong))
    total, twice, needs = rubric.mistakes()
    assert "points total 107" in total
    assert twice == "two items have the same name"
    assert needs == f'"{first.name}" needs "{others[-1].name}", which is no earlier item'
