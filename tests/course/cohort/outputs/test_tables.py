"""Tables are read back as they were meant, by what follows RFC 4180 and by spreadsheets, whatever stands in them."""

import csv
import io
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad.course.cohort import outputs
from minigrad.course.cohort.outputs import cells
from minigrad.course.cohort.submissions import Student
from minigrad.course.results.status import Status
from minigrad.course.usage import UsageError

from ..books import HEADINGS, HOSTILE, book, gradebooks, hostile

PASSED, FAILED, INFRA = ([status] * 3 for status in (Status.PASSED, Status.FAILED, Status.INFRA))
CANVAS = {"Student": "Lovelace, Ada", "ID": "17", "SIS User ID": "a1", "SIS Login ID": "ada", "Section": "Lab"}
WORKSHEET = {
    "Identifier": "Participant 17",
    "Last modified (grade)": "-",
    "Grade": "-",
    "Maximum grade": "100.00",
    "Feedback comments": "old",
}
FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def text_of(name, gradebook):
    return "".join(outputs.load(name).render(gradebook))


def table_of(name, gradebook):
    return list(csv.reader(io.StringIO(text_of(name, gradebook).removeprefix("\ufeff"), newline=""), strict=True))


def column(name, gradebook, head):
    heads, *lines = table_of(name, gradebook)
    return [line[heads.index(head)] for line in lines]


def of_roster(gradebook, roster):
    for k, record in enumerate(gradebook.records):
        record.student = Student(record.student.id, record.student.name, record.student.email, {**roster, "ID": str(k)})
    return gradebook


def rfc4180(text):
    """The records of a text by the grammar of RFC 4180, section 2, and nothing that it does not allow."""
    plain, quoted = r'[^",\r\n]*', r'"(?:[^"]|"")*"'
    records = []
    while text:
        fields = []
        while True:
            field = re.match(f"(?:{quoted}|{plain})(?=,|\r\n)", text)
            assert field, text[:80]
            fields.append(field[0][1:-1].replace('""', '"') if field[0].startswith('"') else field[0])
            text = text[field.end() :]
            if text.startswith("\r\n"):
                text = text[2:]
                break
            text = text[1:]
        records.append(fields)
    return records


def is_number(cell):
    return re.fullmatch(r"\d+(\.\d+)?", cell)


def is_formula(cell):
    """True if a spreadsheet may compute it; of Moodle's sign for nothing there is nothing to compute."""
    return cell.startswith(FORMULA) and cell != "-"


def check_table(name, text):
    """It is one table, of harmless cells, in every way in which it may be read."""
    text.encode("utf-8")
    assert text.startswith("\ufeff") == (name == "csv")
    records = rfc4180(text.removeprefix("\ufeff"))
    assert records == list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))
    assert len({len(record) for record in records}) == 1
    for cell in (cell for record in records for cell in record):
        assert not is_formula(cell.strip()), cell
        assert cell.isprintable(), cell
    for separator in ";\t":  # which is what spreadsheets of other languages split a line at
        for line in text.split("\r\n"):
            for cell in next(csv.reader([line], delimiter=separator), []):
                assert not is_formula(cell.strip('" ')), line
    return records


@given(gradebooks())
def test_every_table_is_one_whatever_anybody_is_called(gradebook):
    for name in ("csv", "moodle"):
        check_table(name, text_of(name, gradebook))


@given(gradebooks(least=1))
def test_the_table_for_canvas_is_one_whatever_anybody_is_called(gradebook):
    first = gradebook.records[0].student
    gradebook.records[0].student = Student(first.id, first.name, first.email, CANVAS | {"Student": first.name})
    heads, points, *lines = check_table("canvas", text_of("canvas", gradebook))
    assert heads[0] == "Student"
    assert heads[1] == "ID"
    assert "Points Possible" in points[0]
    assert not any("Points Possible" in line[0] for line in lines)


@given(hostile)
def test_no_text_is_a_formula_nor_a_second_line(text):
    cell = cells.text(text)
    assert not is_formula(cell)
    assert cell.isprintable()


@given(st.text("abc xyz'()./", max_size=20))
def test_what_is_harmless_stands_there_as_it_is(text):
    assert cells.text(text) == " ".join(text.split())


@given(gradebooks())
def test_scores_are_the_numbers_that_they_are_and_empty_where_there_are_none(gradebook):
    scores = column("csv", gradebook, "score")
    for record, score in zip(gradebook.records, scores, strict=True):
        assert score == "" if not record.complete else float(score) == record.score
        assert not score or is_number(score)
    for assigned in gradebook.assigned:
        k = gradebook.assigned.index(assigned)
        for record, cell in zip(gradebook.records, column("csv", gradebook, assigned.exercise.name), strict=True):
            points = record.grades[k].points if record.taken else None
            assert cell == ("" if points is None else str(points))


@pytest.mark.parametrize("without", [INFRA, None])
def test_no_verdict_is_an_empty_cell_and_never_zero(without):
    gradebook = of_roster(book([PASSED, without]), CANVAS)
    name = HEADINGS[1].name
    assert column("csv", gradebook, name) == column("csv", gradebook, "score") == [""]
    assert name in column("csv", gradebook, "no_score")[0]
    assert table_of("canvas", gradebook)[2][-1] == ""
    assert column("moodle", gradebook, "A class") == ["-"]  # an empty one can become 0 there


def test_where_no_submission_was_found_is_no_zero_either():
    gradebook = of_roster(book([FAILED, FAILED], columns="exercises"), CANVAS)
    gradebook.records[0].place = ""
    assert column("csv", gradebook, "score") == column("csv", gradebook, HEADINGS[0].name) == [""]
    assert column("csv", gradebook, "no_score") == ["Nothing was handed in"]
    assert table_of("canvas", gradebook)[2][-2:] == ["", ""]
    assert column("moodle", gradebook, HEADINGS[0].name) == ["-"]


def test_where_nothing_could_be_taken_is_no_zero_and_why_is_said():
    gradebook = book([FAILED, FAILED])
    gradebook.records[0].refused = "The zip is broken."
    assert column("csv", gradebook, "score") == column("csv", gradebook, HEADINGS[0].name) == [""]
    assert column("csv", gradebook, "no_score") == ["Nothing could be taken"]
    assert column("csv", gradebook, "refused") == ["The zip is broken."]


def test_a_file_that_is_refused_is_no_points_and_why_is_said():
    gradebook = book([PASSED, FAILED])
    gradebook.records[0].grades[1].refused = "b.py is a link."
    assert column("csv", gradebook, "score") == ["6"]
    assert column("csv", gradebook, "refused") == [f"{HEADINGS[1].name}: b.py is a link."]


def test_a_true_zero_is_one():
    gradebook = of_roster(book([FAILED, FAILED]), CANVAS)
    assert column("csv", gradebook, "score") == column("moodle", gradebook, "A class") == ["0"]
    assert table_of("canvas", gradebook)[2][-1] == "0"


def test_totals_have_no_dust_behind_the_point():
    gradebook = book([PASSED, PASSED], weights={heading.stem: 0.1 for heading in HEADINGS})
    gradebook.records[0].kept = 0.7
    assert column("csv", gradebook, "score") == ["0.84"]
    assert column("csv", gradebook, "max_score") == ["1.2"]


def test_what_is_provisional_is_marked():
    gradebook = book([PASSED, PASSED], [PASSED, PASSED])
    gradebook.records[1].grades[0].provisional = True
    assert column("csv", gradebook, "provisional") == ["", HEADINGS[0].name]


def test_canvas_gets_its_own_lines_back_with_one_column_for_the_total():
    gradebook = of_roster(book([PASSED, FAILED], [PASSED, PASSED]), CANVAS)
    gradebook.records[0].kept = 0.75
    heads, points, *lines = table_of("canvas", gradebook)
    assert heads == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "A class"]
    assert points == ["    Points Possible", "", "", "", "", "12"]
    assert lines == [
        ["Lovelace, Ada", "0", "a1", "ada", "Lab", "4.5"],
        ["Lovelace, Ada", "1", "a1", "ada", "Lab", "12"],
    ]


def test_canvas_gets_columns_of_the_exercises_under_the_names_that_it_gave_them():
    roster = CANVAS | {f"{HEADINGS[1].title} (4711)": "", "Final Score": "90"}
    gradebook = of_roster(book([PASSED, FAILED], columns="exercises"), roster)
    heads, points, line = table_of("canvas", gradebook)
    assert heads[5:] == [HEADINGS[0].name, f"{HEADINGS[1].title} (4711)"]
    assert points[5:] == ["6", "6"]
    assert line[5:] == ["6", "0"]


def test_what_canvas_will_do_with_the_columns_is_said():
    gradebook = of_roster(book([PASSED, FAILED]), CANVAS | {"a CLASS (4711)": ""})
    assert outputs.notes(["csv"], gradebook) == []
    (said,) = outputs.notes(["canvas"], gradebook)
    assert said == "Canvas keeps what an assignment is worth there. It should be as here: 'a CLASS (4711)' 12 points."
    gradebook.columns = "exercises"
    (said,) = outputs.notes(["canvas"], gradebook)
    both = f"{HEADINGS[0].name!r}, {HEADINGS[1].name!r}"
    assert said == f"No assignment in Canvas' export is called {both}, so Canvas will make them anew."
    (said,) = outputs.notes(["canvas"], of_roster(book([PASSED, FAILED]), CANVAS))
    assert said.startswith(
        "No assignment in Canvas' export is called 'A class', so Canvas will make it anew. To use one that"
    )


def test_who_is_not_in_the_roster_is_in_no_table_for_another_system():
    gradebook = of_roster(book([PASSED, PASSED], [PASSED, PASSED]), CANVAS)
    gradebook.records[1].student = Student("stranger")
    assert len(table_of("canvas", gradebook)) == 3
    assert len(table_of("moodle", gradebook)) == 2
    assert column("csv", gradebook, "id") == ["s0", "stranger"]


def test_without_canvas_own_export_there_is_no_table_for_canvas():
    with pytest.raises(UsageError, match="take Grades, Export"):
        text_of("canvas", book([PASSED, PASSED]))


def test_moodle_is_given_a_total_in_points_and_in_percent():
    gradebook = book([PASSED, [Status.PASSED, Status.FAILED, Status.FAILED]])
    heads, line = table_of("moodle", gradebook)
    assert heads[:5] == ["ID number", "Email address", "Full name", "A class", "A class (percent)"]
    assert line[:5] == ["s0", "s0@x.org", "Student 0", "8", "66.67"]
    assert line[5].startswith("8 of 12 points. ")


def test_moodle_is_never_given_a_line_whose_student_it_would_take_for_the_one_before():
    gradebook = book([PASSED, PASSED], [PASSED, PASSED])
    gradebook.records[1].student = Student("s1", "Student 1")
    assert "Email address" not in table_of("moodle", gradebook)[0]
    assert all(column("moodle", gradebook, "ID number"))


@given(gradebooks())
def test_nothing_that_a_student_wrote_is_in_the_feedback_for_moodle(gradebook):
    for feedback in column("moodle", gradebook, cells.text(f"{gradebook.title} (feedback)")):
        assert re.fullmatch(r"[\w .,:;/%]*", feedback)


def test_a_grading_worksheet_is_handed_back_filled_in():
    gradebook = of_roster(book([PASSED, FAILED], [PASSED, INFRA]), WORKSHEET)
    heads, graded, waiting = table_of("moodle", gradebook)
    assert heads == [*WORKSHEET, "ID"]
    assert graded[:4] == ["Participant 17", "-", "50", "100.00"]
    assert "6 of 12 points" in graded[4]
    assert waiting[:5] == ["Participant 17", "-", "", "100.00", "old"]  # Moodle skips a line without a grade


@given(gradebooks())
def test_each_line_of_jsonl_is_all_of_a_student(gradebook):
    lines = text_of("jsonl", gradebook).splitlines()
    for record, line in zip(gradebook.records, lines, strict=True):
        data = json.loads(line, parse_constant=pytest.fail)
        json.dumps(data, ensure_ascii=False).encode("utf-8")
        assert data["version"] == 1
        assert data["score"] == (record.score if record.complete else None)
        for grade, exercise in zip(record.grades, data["exercises"], strict=True):
            assert exercise["name"] == grade.assigned.exercise.name
            assert exercise["points"] == grade.points
            assert exercise["provisional"] == grade.provisional
            assert len(exercise["checks"]) == (len(grade.result.checks) if grade.result else 0)


def test_every_text_that_a_spreadsheet_may_run_is_tried():
    assert {text[0] for text in HOSTILE if text} >= set("=+-@\t\r")
