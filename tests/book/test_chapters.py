"""A chapter says what its exercise's file says, and gives no more away than its reader asks for."""

import re
import textwrap
from html import unescape
from pathlib import Path

import pytest

pytest.importorskip("markdown", reason="The book is made by the extra docs: pip install -e '.[docs]'")
import blocks
import chapters

from minigrad.course.catalogue.course import Course

from .drawn import number, sides

ROOT = Path(__file__).parents[2]
COURSE = Course(ROOT)
NAMES = [exercise.name for exercise in COURSE.exercises]

# Blocks with a sign of equality that are no formulas: programs, matrices of numbers, words in a chance, prose, tables.
STAY_TEXT = {
    "embedding": 1,
    "encoder_decoder": 1,
    "my_rnn": 1,
    "unroll": 1,
}


def page(name, full=True):
    return chapters.page(COURSE, COURSE.find(name), full)


def story(name):
    return chapters.cells(COURSE.find(name))[0]


def blocks_of(name):
    """The blocks of an exercise's text, each with the words in bold that stand above it."""
    heading = ""
    for paragraph in story(name).split("\n\n"):
        if paragraph.startswith("    "):
            yield heading, textwrap.dedent(paragraph)
        elif lead := re.match(r"\*\*(.+?)\.?\*\*", paragraph):
            heading = lead[1]


def words(text):
    return re.findall(r"[\w.]*\w", text)


def said(markdown):
    """The text of a page: what is drawn stands for what it was drawn from."""
    text = re.sub(r'<math alttext="([^"]*)".*?</math>', lambda formula: unescape(formula[1]), markdown)
    tags = "br|code|details|div|pre|span|summary|table|tbody|td|th|tr"
    return unescape(re.sub(rf"</?(?:{tags})\b[^>]*>", " ", text))


@pytest.mark.parametrize("name", NAMES)
def test_no_word_of_the_file_is_lost(name):
    shown = iter(words(re.sub(r"<figure.*?</figure>", "", said(page(name)), flags=re.DOTALL)))
    for word in words(story(name)):
        assert word in shown, f"{word} is not there, or not in its place"


def test_all_blocks_below_the_formula_are_formulas():
    found = [block for name in NAMES for heading, block in blocks_of(name) if heading == "The formula"]
    assert found
    for block in found:
        assert 'class="formulas"' in blocks.html(block), block


def test_most_blocks_with_an_equation_are_formulas():
    stay = {}
    for name in NAMES:
        for heading, block in blocks_of(name):
            if "=" in block and not heading.startswith("The shapes") and blocks.html(block).startswith("<pre"):
                stay[name] = stay.get(name, 0) + 1
    assert stay == STAY_TEXT


def test_no_formula_is_a_part_of_something_larger():
    drawn = re.compile(r'(\b\w, )?(?:<span>)?<math alttext="([^"]*)"(?:(?!</math>).)*</math>(?:</span>)?', re.DOTALL)
    goes_on = re.compile(r" \*\*|\.\w| da\b| dout\b")
    for name in NAMES:
        text = page(name)
        for formula in drawn.finditer(text):
            said = unescape(formula[2])
            assert not goes_on.match(text, formula.end()), f"{name}: {said}"
            assert not (formula[1] and " = " in said), f"{name}: {said} is one of several that are assigned"


def equations():
    """All equations of numbers in the course, as they are drawn: what both sides come to, and the right side itself."""
    for name in NAMES:
        for markup in re.findall(r"<math.*?</math>", page(name)):
            parts, signs = sides(markup)
            numbers = [number(part) for part in parts]
            for n, sign in enumerate(signs):
                if sign == "=" and None not in numbers[n : n + 2]:
                    yield markup, *numbers[n : n + 2], parts[n + 1]


def test_equations_of_numbers_are_true_as_they_are_drawn():
    """The sides agree in the digits that are shown: the last may be rounded, as those that it comes of are."""
    found = list(equations())
    assert len(found) > len(NAMES)
    for markup, before, after, shown in found:
        digits = max((len(e.text.partition(".")[2]) for e in shown if e.tag == "mn"), default=0)
        assert abs(before - after) < 10.0**-digits, markup


@pytest.mark.parametrize("name", NAMES)
def test_predictions_are_asked_and_not_answered(name):
    exercise, text = COURSE.find(name), page(name)
    assert "## Predict" in text
    for prediction in exercise.notes["predictions"]:
        assert f"`{prediction['name']} = ...`" in text
    assert "# PREDICTION" not in text
    for line in re.findall(r"^.* +# PREDICTION.*$", exercise.solution, re.MULTILINE):
        assert line.partition("  # PREDICTION")[0] not in text


@pytest.mark.parametrize("name", NAMES)
def test_each_hint_is_folded_into_the_one_before_it(name):
    hints = COURSE.find(name).hints
    shown = re.findall(r"<summary>(Hint \d+ of \d+)</summary>|(</details>)", page(name, full=False))
    assert shown == [(f"Hint {n} of {len(hints)}", "") for n in range(1, len(hints) + 1)] + [("", "</details>")] * len(
        hints
    )


def test_lines_of_a_hint_that_stand_further_in_are_code():
    assert chapters._hint("First, of <eos>:\n    for x in y:\n        x_1 = 2\nThen **.") == (
        "First, of &lt;eos>:\n\n```python\nfor x in y:\n    x_1 = 2\n```\n\nThen \\*\\*."
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_solution_is_folded_and_in_the_full_edition_alone(name):
    gaps = chapters.gaps(COURSE.find(name).solution)
    assert gaps
    full, students = page(name), page(name, full=False)
    solution = full.partition('<details class="success"')[2]
    for function, lines in gaps:
        code = textwrap.dedent(lines).rstrip()
        assert f"`{function}`\n\n```python\n{code}\n```" in solution
        assert code not in students
    assert "success" not in students


def test_a_chapter_says_where_it_is_and_what_it_builds_on():
    facts = page("rnn_cell").split("\n\n")[1]
    exercise = COURSE.find("rnn_cell")
    assert f"Chapter {exercise.chapter} · {exercise.notes['minutes']} minutes" in facts
    assert "[broadcasting](ex06_broadcasting.md)" in facts
    assert f"{sum(check.points for check in exercise.checks)} points" in facts


def test_the_menu_has_every_exercise_in_its_order():
    assert [
        place
        for chapter in chapters.menu(COURSE)
        for (entries,) in [chapter.values()]
        for e in entries
        for place in e.values()
    ] == [f"exercises/{exercise.stem}.md" for exercise in COURSE.exercises]


def test_the_map_has_a_line_for_each_exercise_and_no_table():
    shown = chapters.course_map(COURSE, (ROOT / "exercises" / "README.md").read_text("utf-8"))
    assert shown.startswith("# The exercises\n\nBegin with [Before you start](before_you_start.md).")
    assert "|" not in shown
    lines = re.findall(r"^- \*\*(\d+) \[(\w+)\]\(\w+\.md\)\*\* (.*)<br>(\d+) minutes", shown, re.MULTILINE)
    assert lines == [(f"{e.number}", e.name, e.title, f"{e.notes['minutes']}") for e in COURSE.exercises]
    assert "20 minutes · builds on [local_derivatives](ex05_local_derivatives.md), [broadcasting](" in shown


def test_a_page_is_typeset_in_its_prose_alone():
    page = (
        "# x_1 = 2\n\nWith x_1 = 2:\n\n    >>> x_1 = 2\n\n<details><summary>x_1 = 2</summary>\n\nx_1 = 2.\n</details>\n"
    )
    shown = chapters.typeset(page)
    assert shown.startswith("# x_1 = 2\n\nWith <span><math")
    assert "\n\n    >>> x_1 = 2\n\n<details><summary>x_1 = 2</summary>\n\n<span><math" in shown
    assert "".join(re.sub(r'<span><math alttext="([^"]*)".*?</math></span>', lambda m: unescape(m[1]), shown)) == page
