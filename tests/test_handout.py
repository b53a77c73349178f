"""The roadmap in the handout: a picture of the stages, and a short table for each."""

from __future__ import annotations

from autograder import rubric_table
from autograder.homework.rubric import RUBRIC
from autograder.template.roadmap import roadmap

TABLE = """
1    Core
1.1  A   0 + 0
1.2  B   0 + 50   1.1
2    Layers
2.1  C   10 + 0   1.2
2.2  D   10 + 10   2.1 1.1
3    Alone
3.1  E   0 + 20
"""


def test_stages_stand_right_of_those_that_they_build_on():
    text = roadmap(rubric_table.read(TABLE, file_of=lambda name: f"{name}.py"))
    assert text.startswith("    1 Core   ->  2 Layers\n    3 Alone\n\n**1 Core**, 50 points\n\n|")
    assert "| 2.1 | C | `C.py` | 10 | stage 1 |" in text
    assert "| 2.2 | D | `D.py` | 20 | 2.1, stage 1 |" in text
    assert "| 1.1 | A | `A.py` | given |  |" in text


def test_no_row_of_beras_names_many_items():
    rows = [line for line in roadmap(RUBRIC).splitlines() if line.startswith("| ")]
    assert max(len(row.split("|")[5]) for row in rows) <= len(" 5.2, stages 2, 3, 4 ") + 6
