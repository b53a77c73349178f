"""What each ending of a case costs, what blocks what, and what to fix next."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from autograder import rubric_table
from autograder.definition import Item
from autograder.hosting.plugin import Checks, item_name
from autograder.outcomes import KINDS, ItemResult, Report, Verdict
from autograder.raised import Frame, Raised
from tests.small import SMALL

RUBRIC = rubric_table.read(
    """
    1    Line
    1.1  Package        0 + 0
    1.2  Given          0 + 0
    1.3  Line.forward  10 + 20   1.2
    1.4  Line.slopes   10 + 20   1.3
    1.5  Line.composed  5 + 15   1.4

    2    Mean
    2.1  Mean.forward   5 + 15
    """,
    file_of=lambda name: "lines/line.py",
    imports="Package",
)
ITEM = Item("thing", shape=2, value=3, file="code.py")

SCORES = {
    "passed": ("passed", 2, 3),
    "shape": ("failed", 0, 0),
    "axis": ("failed", 0, 3),
    "value": ("failed", 2, 0),
    "finite": ("failed", 2, 0),
    "type": ("failed", 0, 0),
    "error": ("failed", 0, 0),
    "todo": ("to do", 0, 0),
    "import": ("failed", 0, 0),
    "lost": ("failed", 0, 0),
    "skipped": ("not run", 0, 0),
    "ours": ("inconclusive", 2, 3),
}


def result_of(*kinds, cases=None, blockers=()):
    verdicts = [Verdict(kind) for kind in kinds]
    return ItemResult(ITEM, len(kinds) if cases is None else cases, verdicts, blockers)


def graded(**kinds):
    """A report in which every item passed but those named here, one case each."""
    report = Report(RUBRIC)
    for item in RUBRIC.items:
        report.results[item.name].cases = 1
        report.add(item, Verdict(kinds.get(item.name, "passed")))
    return report


def outcome(result):
    return result.status, result.shape_score, result.value_score


def test_the_table_covers_every_kind():
    assert set(SCORES) == set(KINDS)


@pytest.mark.parametrize(("kind", "expected"), SCORES.items(), ids=SCORES)
def test_one_case_decides_alone(kind, expected):
    assert outcome(result_of(kind)) == expected


@pytest.mark.parametrize(("kind", "expected"), SCORES.items(), ids=SCORES)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_one_case_among_passed_ones_decides_wherever_it_stands(kind, expected, place):
    kinds = ["passed"] * 3
    kinds[place] = kind
    assert outcome(result_of(*kinds)) == expected


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (("value", "finite"), ("failed", 2, 0)),
        (("value", "shape"), ("failed", 0, 0)),
        (("ours", "value"), ("failed", 2, 0)),
        (("ours", "error"), ("failed", 0, 0)),
        (("todo", "value"), ("failed", 0, 0)),
        (("todo", "todo"), ("to do", 0, 0)),
        (("ours", "ours"), ("inconclusive", 2, 3)),
    ],
)
def test_two_failures_cost_what_the_worse_of_them_costs(kinds, expected):
    assert outcome(result_of(*kinds)) == expected
    assert outcome(result_of(*reversed(kinds))) == expected


@pytest.mark.parametrize("kinds", [(), ("passed",), ("passed", "ours"), ("value",)])
def test_an_item_that_is_not_finished_earns_nothing(kinds):
    result = result_of(*kinds, cases=3)
    assert outcome(result) == ("not run", 0, 0)
    assert result.score == 0


def test_an_item_without_cases_earns_nothing():
    assert outcome(result_of()) == ("not run", 0, 0)


def test_the_score_of_an_item_is_its_shape_and_its_value():
    assert result_of("passed").score == ITEM.points == 5
    assert result_of("value").score == 2


def test_blocked_is_a_failure_whose_need_failed():
    assert outcome(result_of("value", blockers=("other",))) == ("blocked", 2, 0)
    assert outcome(result_of("passed", blockers=("other",))) == ("passed", 2, 3)
    assert outcome(result_of("ours", blockers=("other",))) == ("inconclusive", 2, 3)


def test_time_that_ran_out_is_remembered():
    late = ItemResult(ITEM, 2, [Verdict("passed"), Verdict("lost", timed_out=True)])
    assert late.timed_out
    assert not result_of("lost").timed_out


def test_what_builds_on_a_failure_is_blocked_and_names_it():
    report = graded(**{"Line.forward": "value", "Line.slopes": "value"})
    result = report.results["Line.slopes"]
    assert (result.status, result.blockers) == ("blocked", ("Line.forward",))


def test_blocks_pass_on_through_what_is_blocked_itself():
    names = ("Line.forward", "Line.slopes", "Line.composed")
    results = graded(**dict.fromkeys(names, "value")).results
    assert [results[name].status for name in names] == ["failed", "blocked", "blocked"]


def raised(line, type_name="ValueError", item=""):
    frames = (Frame("beras/layers.py", line, "forward"),)
    error = Raised(type_name, type_name, frames=frames, item=item)
    return Verdict("todo" if item else "error", raised=error)


FORWARD, GRADIENT = "Line.forward", "Line.slopes"
LATER = {
    "the same line": ((raised(3), raised(3)), "blocked"),
    "another line": ((raised(3), raised(4)), "failed"),
    "another error": ((raised(3), raised(3, "KeyError")), "failed"),
    "an error, then a wrong value": ((raised(3), Verdict("value")), "failed"),
    "wrong values": ((Verdict("value"), Verdict("finite")), "blocked"),
    "wrong values, then an error": ((Verdict("value"), raised(3)), "blocked"),
    "a wrong shape, then an error": ((Verdict("shape"), raised(3)), "blocked"),
    "a wrong shape, then a name": ((Verdict("shape"), raised(3, "NameError")), "failed"),
    "not written": ((Verdict("todo"), raised(3)), "blocked"),
    "a loop": ((Verdict("lost"), Verdict("lost")), "blocked"),
    "its stub": ((raised(2, item="1.3"), raised(2, item="1.3")), "to do"),
}


@pytest.mark.parametrize(("verdicts", "status"), LATER.values(), ids=LATER)
def test_a_failure_is_blocked_by_one_that_explains_it(verdicts, status):
    report = judged({FORWARD: [verdicts[0]], GRADIENT: [verdicts[1]]})
    assert report.results[GRADIENT].status == status


def test_one_failure_of_its_own_makes_an_item_fail():
    report = judged({FORWARD: [raised(3)], GRADIENT: [raised(3), raised(9)]})
    assert report.results[GRADIENT].status == "failed"


def test_given_code_explains_what_it_raised_and_no_wrong_value():
    given = "Given"
    assert not RUBRIC.by_name[given].points
    values = judged({given: [Verdict("value")], FORWARD: [Verdict("value")]})
    lines = judged({given: [raised(3)], FORWARD: [raised(3)]})
    assert values.results[FORWARD].status == "failed"
    assert lines.results[FORWARD].blockers == (given,)


def judged(verdicts):
    """A report in which every item passed but those named here."""
    report = Report(RUBRIC)
    for item in RUBRIC.items:
        found = verdicts.get(item.name, [Verdict("passed")])
        report.results[item.name].cases = len(found)
        for verdict in found:
            report.add(item, verdict)
    return report


@pytest.mark.parametrize("kind", ["passed", "ours"])
def test_nothing_is_blocked_by_a_need_that_did_not_fail(kind):
    report = graded(**{"Line.forward": kind, "Line.slopes": "value"})
    assert report.results["Line.slopes"].status == "failed"


def test_nothing_is_blocked_by_a_need_that_was_not_run():
    report, item = Report(RUBRIC), RUBRIC.by_name["Line.slopes"]
    report.results[item.name].cases = 1
    report.add(item, Verdict("value"))
    assert report.results[item.name].status == "failed"


def test_a_failure_elsewhere_blocks_nothing():
    report = graded(**{"Mean.forward": "error", "Line.forward": "error"})
    assert report.results["Line.forward"].status == "failed"


def test_everything_passed_is_one_hundred():
    assert graded().score == graded().possible == 100


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("passed", "ours")])
def test_everything_failed_is_nothing_but_what_is_kept(kind):
    _, shape, value = SCORES[kind]
    kept = sum(i.shape * bool(shape) + i.value * bool(value) for i in RUBRIC.items)
    assert graded(**{i.name: kind for i in RUBRIC.items}).score == kept


def test_nothing_run_is_nothing_earned_of_one_hundred():
    assert (Report(RUBRIC).score, Report(RUBRIC).possible) == (0, 100)


def test_more_verdicts_than_cases_earn_no_more():
    report = graded()
    for item in RUBRIC.items:
        report.add(item, Verdict("passed"))
    assert report.score == 100


def test_a_new_report_shares_nothing_with_another():
    graded()
    assert not any(result.verdicts for result in Report(RUBRIC).results.values())


def test_next_to_fix_is_the_first_failure_on_its_own_account():
    names = ("Line.forward", "Line.slopes", "Mean.forward")
    assert graded(**dict.fromkeys(names, "value")).next_to_fix.item.name == "Line.forward"
    assert graded(**{names[2]: "value"}).next_to_fix.item.name == names[2]


def test_nothing_is_left_to_fix_when_all_passed_or_was_our_fault():
    assert graded(**{"Line.forward": "ours"}).next_to_fix is None


def test_what_was_not_run_is_nothing_to_fix():
    assert Report(RUBRIC).next_to_fix is None


def test_staff_text_is_collected_apart():
    report, item = Report(RUBRIC), RUBRIC.by_name["Line.forward"]
    report.add(item, Verdict("ours", staff="trace", check="test_dense"))
    assert report.staff == ["test_dense\ntrace"]
    assert report.notes == []


def test_checks_run_in_roadmap_order_and_a_students_own_tests_last():
    def check(name):
        marker = SimpleNamespace(args=(name,)) if name else None
        return SimpleNamespace(
            get_closest_marker=lambda _: marker, stash=pytest.Stash(), nodeid=name
        )

    report, names = Report(SMALL.rubric), ("Mean.forward", "", "Line.slopes", "Mean.forward")
    checks, plugin = list(map(check, names)), Checks(SMALL, SimpleNamespace(granted=()), report)
    for each in checks:
        plugin.pytest_itemcollected(each)
    plugin.pytest_collection_modifyitems(checks)
    assert [*map(item_name, checks)] == ["Line.slopes", "Mean.forward", "Mean.forward", ""]
    assert report.results["Mean.forward"].cases == 2
