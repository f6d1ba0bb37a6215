"""Each student gets files that are what their readers ask for, whatever a student wrote or is called."""

import json
import re

import pytest
from hypothesis import given
from markdown_it import MarkdownIt

from minigrad.course.cohort import outputs
from minigrad.course.cohort.intake.names import file_name
from minigrad.course.cohort.submissions import Student
from minigrad.course.results.status import Status
from minigrad.course.results.verdicts import PREDICTION

from ...reports.test_formats import Page, check_gradescope, check_junit, plain_json
from ..books import HEADINGS, HOSTILE, book, gradebooks, hostile, result_of

PASSED, FAILED, INFRA = ([status] * 3 for status in (Status.PASSED, Status.FAILED, Status.INFRA))
TAGS = {"html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "p", "ul", "li", "strong", "pre"}
TAGS |= {"table", "caption", "thead", "tbody", "tr", "th", "td"}


def files(name, record, gradebook):
    return dict(outputs.load(name).render_each(record, gradebook))


def feedback(gradebook, k=0):
    return files("feedback", gradebook.records[k], gradebook)


def check_page(document):
    """It holds nothing that runs or loads, and its own words of markup alone."""
    assert Page(document).tags <= TAGS
    assert "default-src 'none'" in document


def check_markdown(document, record):
    """It is a heading, the total, a list, a table, and what failed, and nothing else."""
    tokens = MarkdownIt("commonmark").enable("table").parse(document)
    blocks = {token.type.removesuffix("_open") for token in tokens if token.level == 0 and token.nesting >= 0}
    assert blocks <= {"heading", "paragraph", "bullet_list", "table", "fence"}
    assert sum(token.type == "tr_open" for token in tokens) == 1 + len(record.grades)
    assert sum(token.type == "td_open" for token in tokens) == 3 * len(record.grades)
    within = {child.type for token in tokens for child in token.children or ()}
    assert within <= {"text", "text_special", "strong_open", "strong_close"}
    inner = {token.type for token in tokens if token.level > 1 and token.nesting > 0} - {"paragraph_open"}
    assert inner <= {"tr_open", "td_open", "th_open"}


@given(gradebooks())
def test_feedback_holds_no_markup_but_its_own(gradebook):
    for record in gradebook.records:
        found = files("feedback", record, gradebook)
        assert list(found) == [".md", ".html"]
        check_page(found[".html"])
        check_markdown(found[".md"], record)
        for text in found.values():
            text.encode("utf-8")
            assert all(c.isprintable() or c in "\n\t" for c in text)


@given(gradebooks())
def test_results_for_each_student_are_valid(gradebook):
    for record in gradebook.records:
        graded = [grade for grade in record.grades if grade.result]
        for text in files("gradescope", record, gradebook).values():
            data = plain_json(text)
            assert data.pop("score", None) == (record.score if record.complete else None)
            check_gradescope(data)
            assert len(data["tests"]) == sum(len(grade.result.checks) for grade in graded)
        (document,) = files("junit", record, gradebook).values()
        assert len(check_junit(document)) == sum(len(grade.result.checks) for grade in graded)


def test_feedback_says_the_total_and_what_was_taken_off():
    gradebook = book([PASSED, FAILED], [PASSED, PASSED])
    gradebook.records[0].days_late, gradebook.records[0].kept = 2, 0.8
    for text in map(plain, feedback(gradebook).values()):
        assert "Student 0" in text
        assert "4.8 of 12 points" in text
        assert "2 days late: 80 % of the points are kept." in text
        assert "6/6" in text
        assert "0/6" in text
    assert all("late" not in plain(text) for text in feedback(gradebook, 1).values())


def plain(text):
    """The text that somebody reads of a page, or of Markdown."""
    return Page(text).text if text.startswith("<!") else re.sub(r"\\(.)", r"\1", text)


def test_feedback_says_what_was_refused_what_has_no_verdict_and_what_is_provisional():
    gradebook = book([[Status.ERROR] * 3, INFRA, None, PASSED], headings=HEADINGS[:4])
    [record] = gradebook.records
    grades = record.grades
    grades[0].refused = "a.py is a link to another file."
    grades[3].provisional, record.remarks = True, ["b.py belongs to no exercise."]
    for text in map(plain, feedback(gradebook).values()):
        assert "No total yet, of 24 points" in text
        assert f"Refused: {HEADINGS[0].name}: a.py is a link to another file." in text
        assert f"not your fault and no zero. It will be graded again: {HEADINGS[1].name}." in text
        assert "?/6" in text
        assert f"Not graded yet: {HEADINGS[2].name}." in text
        assert f"provisional, and may change when it is graded again: {HEADINGS[3].name}." in text
        assert "b.py belongs to no exercise." in text


def test_why_a_file_was_refused_is_said_once_and_no_check_is_blamed():
    why = "ex.py is a link to another file."
    gradebook = book([[Status.ERROR] * 3, PASSED])
    grade = gradebook.records[0].grades[0]
    grade.refused, grade.result = why, result_of(HEADINGS[0], [Status.ERROR] * 3, message=why)
    for text in map(plain, feedback(gradebook).values()):
        assert text.count(why) == 1
        assert "! refused" in " ".join(text.split())
        assert "check 0" not in text


def test_a_file_that_is_not_there_was_not_handed_in():
    gradebook = book([[Status.NOT_STARTED] * 3, [Status.NOT_STARTED] * 3])
    result = gradebook.records[0].grades[0].result
    result.message, result.touched, gradebook.records[0].grades[1].result.touched = "It is not there.", False, False
    for text in map(plain, feedback(gradebook).values()):
        words = " ".join(text.split())
        assert "· not handed in" in words
        assert "· not written" in words


@pytest.mark.parametrize(("place", "refused"), [("a", "It is there twice."), ("", "")])
def test_of_whom_nothing_was_taken_has_no_points_and_no_zero(place, refused):
    gradebook = book([[Status.NOT_STARTED] * 3, [Status.NOT_STARTED] * 3])
    [record] = gradebook.records
    record.place, record.refused = place, refused
    for grade in record.grades:
        grade.result.message, grade.result.touched = refused or "It is not there.", False
    for text in map(plain, feedback(gradebook).values()):
        words = " ".join(text.split())
        assert words.count("?/6") == 2
        assert ("! refused" in words) == bool(refused)
        assert ("· not handed in" in words) != bool(refused)
    data = json.loads(files("gradescope", record, gradebook)[".json"])
    assert data["output"].startswith("No total yet, of 12 points")
    assert not any({"score", "status"} & {*test} for test in [data, *data["tests"]])


def test_wrong_predictions_do_not_hide_what_the_code_does():
    gradebook = book([FAILED, PASSED])
    first, _, last = gradebook.records[0].grades[0].result.checks
    first.title, first.message, last.diagnosis = f"{PREDICTION}a", "That is not it.", ""
    gradebook.records[0].grades[0].result.checks[1].diagnosis = "The bias is missing."
    for text in map(plain, feedback(gradebook).values()):
        assert text.index("That is not it.") < text.index("The bias is missing.")
        assert "check 2" not in text


def test_a_weight_is_said():
    gradebook = book([PASSED, PASSED], weights={HEADINGS[0].stem: 2.5})
    assert all("6/6 × 2.5" in text for text in feedback(gradebook).values())


def test_gradescope_gets_the_total_of_the_policy_and_none_before_there_is_one():
    gradebook = book([PASSED, FAILED], [PASSED, INFRA], [None, None])
    gradebook.records[0].days_late, gradebook.records[0].kept = 1, 0.9
    late, waiting = (json.loads(files("gradescope", record, gradebook)[".json"]) for record in gradebook.records[:2])
    assert late["score"] == 5.4
    assert "1 day late: 90 % of the points are kept." in late["output"]
    assert "score" not in waiting
    assert not files("gradescope", gradebook.records[2], gradebook)  # it takes none without a test


@given(hostile, hostile)
def test_names_of_files_are_safe_and_different(one, other):
    names = [file_name(Student(id)) for id in (one, other)]
    for name in names:
        assert re.fullmatch(r"[a-z0-9_~-]{1,80}", name)
    assert (names[0] == names[1]) == (one == other)


@pytest.mark.parametrize("ids", [("A", "a"), ("a b", "a_b"), ("con", "CON"), ("../x", "x"), ("ß", "ss")])
def test_ids_that_file_systems_take_for_one_have_different_names(ids):
    assert len({file_name(Student(id)).casefold() for id in ids}) == 2


def test_no_id_is_the_file_name_of_another():
    names = {file_name(Student(id)) for id in HOSTILE}
    assert not names & {file_name(Student(name)) for name in names}


@pytest.mark.exhaustive
@pytest.mark.parametrize("text", ["It is not the right number.", "x" * 500])
def test_in_a_browser_feedback_keeps_nobody_out_and_fits_and_prints(inspect, tmp_path, text):
    gradebook = book([PASSED, FAILED], [FAILED, INFRA])
    record = gradebook.records[0]
    record.student, record.remarks = Student(text, text), [text]
    for grade in record.grades:
        for check in grade.result.checks:
            check.message, check.diagnosis = text, f"{text}."
    file = tmp_path / "feedback.html"
    file.write_text(feedback(gradebook)[".html"], "utf-8")
    page = inspect(file.as_uri(), file.as_uri())
    assert page.faults == []
    assert page.requests == [file.as_uri()]
