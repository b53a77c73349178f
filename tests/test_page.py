"""The page of a class: true to the facts, quick with a thousand students, deaf to hostile text."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import unescape
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest

pytest.importorskip("jinja2")
pytest.importorskip("matplotlib")
pytest.importorskip("markdown_it")

from autograder.classroom.handed_in import Student
from autograder.classroom.page import matrix
from autograder.classroom.record import Row
from autograder.homework.beras import BERAS
from tests.small import SMALL

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER = next(filter(None, map(shutil.which, BROWSERS)), "")
in_a_browser = pytest.mark.skipif(not BROWSER, reason="there is no Chromium here")

OWNED = "document.title='owned'"
HOSTILE = (
    f"<script>{OWNED}</script>",
    f'"><img src=x onerror="{OWNED}">',
    f"</script><script>{OWNED}</script>",
    f"' onclick='{OWNED}",
    "{{ 7 * 7 }}",
    f"[x](javascript:{OWNED})",
    "\u2028<!--",
)


def results(homework, output="fine", failing=()):
    """results.json of a grading with these items failing for want of a sign."""
    tests = []
    for item in homework.rubric.items:
        wrong = item.name in failing
        facts = {"outcome": "failed" if wrong else "passed", "cause": "sign" if wrong else ""}
        row = {"number": item.number, "name": item.name, "output": output, "extra_data": facts}
        tests.append(row | {"score": 0 if wrong else item.points, "max_score": item.points})
    facts = {"complete": True, "seed": 1}
    score = sum(test["score"] for test in tests)
    return {"score": score, "output": output, "tests": tests, "extra_data": facts}


def page(homework, *graded, elsewhere=False):
    """The page of students, each a name with results or the reason why there are none.

    One item may be `elsewhere`, in another form of the homework.
    """
    kept = dict(enumerate(graded, start=1))
    rows = []
    for number, (name, found) in kept.items():
        fault, score = (found, None) if isinstance(found, str) else ("", found["score"])
        rows.append(Row(Student(name), f"submission_{number}", "", number, score, 100, fault))
    record = SimpleNamespace(
        results=lambda number: {} if isinstance(kept[number][1], str) else kept[number][1],
        graded_items=lambda: [("9.9", "Only elsewhere")] if elsewhere else [],
    )
    return matrix.page(homework, record, rows)


class Elements(HTMLParser):
    """What a browser would make of a page: its tags and their handlers."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.handlers = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.handlers += [name for name, _ in attributes if name.startswith("on")]


def dom(text, folder, script=""):
    """The page after its scripts, and one more, ran in Chromium."""
    if script:
        text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
        text = text.replace("</body>", f"<script>{script}</script></body>")
    (folder / "index.html").write_text(text, encoding="utf-8")
    options = ("--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile")
    done = subprocess.run(
        [BROWSER, *options, "--dump-dom", f"file://{folder}/index.html"],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout


def title(html):
    return re.search(r"<title>(.*?)</title>", html)[1]


def data_of(text):
    """What the page's script reads."""
    return json.loads(re.search(r'id="data">(.*?)</script>', text, re.DOTALL)[1])


def wrong_page(*names):
    """A page of students who all fail in one item; what they read holds their names."""
    graded = ((name, results(SMALL, name, ["Line.forward"])) for name in names)
    return page(SMALL, *graded, ("", names[0]))


def test_the_facts_are_counted():
    text = page(
        SMALL,
        ("amy", results(SMALL)),
        ("bo", results(SMALL, failing=["Mean.forward"])),
        ("cleo", results(SMALL, failing=["Mean.forward", "Line.slopes"])),
        ("dan", "its process ended with -9"),
    )
    assert "3 of 4" in text
    assert 'data-label="Mean.forward: sign">2</button>' in text
    assert "could not be graded: its process ended with -9" in text
    assert "<dt>need staff</dt><dd>1</dd>" in text
    data = data_of(text)
    assert [student["marks"] for student in data["students"]] == ["....", "...X", "..XX", "    "]
    assert data["texts"][data["reports"][0][0]] == "<p>fine</p>\n"


def test_items_of_another_form_have_columns_too():
    other = {"number": "9.9", "name": "Only elsewhere", "output": "text", "score": 0}
    graded = results(SMALL, failing=["Mean.forward"])
    facts = {"outcome": "failed", "cause": "sign"}
    graded["tests"] = [*graded["tests"], other | {"extra_data": facts, "max_score": 5}]
    data = data_of(page(SMALL, ("amy", results(SMALL)), ("bo", graded), elsewhere=True))
    assert data["items"][-1] == ["9.9", "Only elsewhere", 5]
    assert [student["marks"] for student in data["students"]] == [".... ", "...XX"]


def test_hostile_text_makes_no_element():
    tame = Elements(wrong_page(*map(str, range(len(HOSTILE)))))
    wild = Elements(wrong_page(*HOSTILE))
    assert wild.tags == tame.tags
    assert wild.handlers == tame.handlers == []


def test_reports_hold_code_and_emphasis_and_nothing_else():
    output = "**2 of 3**, `a < b`\n\n```\n<i>x</i>\n```\n\n![i](http://x) <b>bold</b> [l](http://x)"
    text = page(SMALL, ("amy", results(SMALL, output)))
    data = data_of(text)
    shown = data["texts"][data["reports"][0][0]]
    assert set(re.findall(r"<(\w+)", shown)) == {"p", "strong", "code", "pre"}


NAMES = "[...document.querySelectorAll('tbody th button')].map((button) => button.textContent)"


@in_a_browser
def test_a_browser_shows_hostile_text_as_text(tmp_path):
    assert title(dom(wrong_page(*HOSTILE), tmp_path)) == "Lines: the class"
    script = f"""
        const names = {NAMES};
        show(0);
        document.title = JSON.stringify([names, document.querySelector('dialog').innerText]);
    """
    names, report = json.loads(unescape(title(dom(wrong_page(*HOSTILE), tmp_path, script))))
    assert names[:3] == [*HOSTILE[:3]]
    assert HOSTILE[0] in report


@in_a_browser
def test_a_browser_sorts_filters_and_finds(tmp_path):
    failing = (["Mean.forward"] if number % 2 else [] for number in range(9))
    students = [(f"s{n}", results(SMALL, failing=names)) for n, names in enumerate(failing)]
    script = f"""
        const names = () => {NAMES}.join(' ');
        const seen = [];
        sortBy('name'); sortBy('name'); seen.push(names());
        sortBy('score'); seen.push(names());
        document.querySelector('.causes .filter').click(); seen.push(names());
        document.getElementById('all').click();
        find.value = 'S3'; refresh(); seen.push(names());
        document.title = seen.join('|');
    """
    assert title(dom(page(SMALL, *students), tmp_path, script)).split("|") == [
        "s8 s7 s6 s5 s4 s3 s2 s1 s0",
        "s1 s3 s5 s7 s0 s2 s4 s6 s8",
        "s1 s3 s5 s7",
        "s3",
    ]


@in_a_browser
def test_a_thousand_students_open_within_two_seconds(tmp_path):
    names = [item.name for item in BERAS.rubric.items]
    failing = (names[number % 50 : number % 50 + 6] for number in range(1000))
    students = ((f"s{n}", results(BERAS, f"text {n}", six)) for n, six in enumerate(failing))
    text = page(BERAS, *students)
    script = """addEventListener('load', () => {
        document.title = `${performance.now()} ${document.querySelectorAll('tbody tr').length}`;
    });"""
    tries = (title(dom(text, tmp_path, script)).split() for _ in range(3))
    drawn = next((int(rows) for took, rows in tries if float(took) < 2000), None)
    assert drawn is not None, "in none of three tries"
    assert drawn < 200, "what is not seen is not drawn"


def test_pages_are_alike_for_the_same_class():
    assert page(SMALL, ("amy", results(SMALL))) == page(SMALL, ("amy", results(SMALL)))
