"""A class fits on a terminal of 80 columns, and reads without colour."""

import io

import pytest
from hypothesis import given
from rich.cells import cell_len
from rich.console import Console

from minigrad.course.cohort.outputs import moves, table
from minigrad.course.cohort.submissions import NOT_IN_ROSTER, Student
from minigrad.course.results.status import Status

from ..books import HEADINGS, a_class, book, gradebooks, result_of

PASSED, FAILED, INFRA = ([status] * 3 for status in (Status.PASSED, Status.FAILED, Status.INFRA))


def shown(renderable):
    console = Console(width=80, file=io.StringIO(), no_color=True, highlight=False)
    console.print(renderable)
    return [line.rstrip() for line in console.file.getvalue().split("\n")]


def line_of(lines, start):
    return next(line for line in lines if line.strip().startswith(start))


def test_thirty_students_and_all_exercises_have_a_line_each():
    lines = shown(table.render(a_class(30)))
    assert all(len(line) <= 80 for line in lines)
    students = [line for line in lines if line[:3] in ("Ada", "Gra", "Ala", "Emm", "Sri", "Car")]
    assert len(students) == 30
    for line in students:
        assert sum(line.count(mark) for mark in "✓✗!·-") == len(HEADINGS), line


def test_marks_stand_below_the_numbers_of_their_exercises():
    headings = HEADINGS[:20]
    gradebook = book([*[FAILED] * 19, PASSED], headings=headings)
    tens, units, student = shown(table.render(gradebook))[2:5]
    column = student.index("✓")
    assert tens[column] + units[column] == f"{headings[19].number:02}"
    assert student.count("✗ ✗") == len({heading.chapter for heading in headings[:19]}) - 1  # a gap between chapters


def test_where_there_is_room_the_numbers_of_exercises_stand_in_one_line():
    gradebook = book(*[[FAILED, PASSED]] * 12, headings=[HEADINGS[4], HEADINGS[12]])
    lines = shown(table.render(gradebook))
    column = lines[3].index("✓")
    assert lines[2][column - 1 : column + 1] == f"{HEADINGS[12].number:02}"
    assert lines[2][lines[3].index("✗") - 1 :].split() == [f"{HEADINGS[k].number:02}" for k in (4, 12)]
    assert line_of(lines, "passed by").split()[2:] == ["0", "12"]
    assert line_of(lines, "passed by")[column - 1 : column + 1] == "12"


def test_students_stand_in_the_order_of_their_names():
    gradebook = book(*[[PASSED, PASSED]] * 4)
    for record, name in zip(gradebook.records, ["Zoe", "öz", "Nora", "Oz"], strict=True):
        record.student = Student(record.student.id, name)
    assert [line.split()[0] for line in shown(table.render(gradebook))[3:7]] == ["Nora", "öz", "Oz", "Zoe"]


def test_lateness_has_a_column_where_somebody_is_late():
    gradebook = book([PASSED, PASSED])
    assert shown(table.render(gradebook))[2].split() == ["student", "of", "12", "00", "01"]


def test_totals_lateness_and_what_is_provisional_are_in_the_line():
    gradebook = book([PASSED, PASSED], [PASSED, INFRA], [PASSED, None])
    gradebook.records[0].days_late, gradebook.records[0].kept = 2, 0.75
    gradebook.records[0].grades[0].provisional = True
    lines = shown(table.render(gradebook))
    assert line_of(lines, "Student 0").split()[2:4] == ["9*", "2d"]
    assert line_of(lines, "Student 1").split()[2:] == ["?", "✓", "?"]
    assert line_of(lines, "Student 2").split()[2:] == ["?", "✓", "~"]
    legend = "✓ passed   ? no verdict   ~ not graded yet   * provisional"
    assert legend in lines


def test_how_many_passed_stands_below_each_exercise():
    headings = HEADINGS[:20]
    gradebook = book(*[[PASSED] * 19 + [PASSED if k == 3 else FAILED] for k in range(12)], headings=headings)
    lines = shown(table.render(gradebook))
    at = lines.index(line_of(lines, "passed by"))
    assert lines[at - 1].replace(" ", "") == "1" * 19
    assert lines[at].replace(" ", "") == "passedby" + "2" * 19 + "1"


def test_more_exercises_than_fit_are_counted():
    headings = [type(HEADINGS[0])(f"ex{k:02}_e{k}", "title", f"chapter {k // 2}") for k in range(60)]
    lines = shown(table.render(book([PASSED] * 59 + [FAILED], headings=headings)))
    assert "59 of 60" in line_of(lines, "Student 0")


def test_what_deserves_a_look_is_named_with_its_students():
    gradebook = book(*[[PASSED, PASSED]] * 7)
    first, second, third, fourth, fifth, sixth, seventh = gradebook.records
    for record in gradebook.records[:6]:
        record.student = Student(record.student.id, record.student.name, "", {"ID": "1"})
    name = HEADINGS[1].name
    first.grades[1].result = result_of(HEADINGS[1], INFRA)
    second.grades[1].result = None
    third.refused = "The zip climbs out with ../x."
    fourth.grades[1].refused = "ex.py is a link."
    fifth.grades[1].result = result_of(HEADINGS[1], [Status.TIMEOUT] * 3)
    sixth.place = ""
    seventh.place, seventh.remarks = "group/s6", [NOT_IN_ROSTER]
    text = "\n".join(shown(table.render(gradebook)))
    for said in (
        f"1 student: no verdict, since the grader itself failed\n    Student 0 {name}",
        f"1 student: not graded yet\n    Student 1 {name}",
        f"2 students: refused\n    Student 2 The zip climbs out with ../x.\n    Student 3 {name}: ex.py is a link.",
        f"1 student: took too long\n    Student 4 {name}",
        "1 student: not in the roster\n    Student 6 group/s6",
        "1 student: handed nothing in\n    Student 5",
    ):
        assert said in text
    assert "remarks" not in text  # that somebody is not in the roster is said once


def test_of_many_some_are_named_and_how_many_more_there_are():
    lines = shown(table.render(book(*[[PASSED, INFRA]] * 9)))
    assert "  9 students: no verdict, since the grader itself failed" in lines
    assert "    and 5 more: --csv FILE has them all" in lines


def test_what_is_said_to_many_alike_is_said_once():
    gradebook = book(*[[PASSED, PASSED]] * 9)
    for k, record in enumerate(gradebook.records):
        record.remarks = ["It is not known when.", *(["a.py is there twice."] * (k == 3))]
    lines = shown(table.render(gradebook))
    at = lines.index("  9 students: remarks")
    assert [line.split(maxsplit=2) for line in lines[at + 1 : at + 3]] == [
        ["9", "students", "It is not known when."],
        ["Student", "3", "a.py is there twice."],
    ]


def test_what_was_misunderstood_most_is_told_with_examples():
    gradebook = book(*[[FAILED, FAILED]] * 5)
    for k, record in enumerate(gradebook.records):
        for grade in record.grades:
            grade.result = result_of(grade.assigned.exercise, FAILED, diagnosis="b is missing" if k else "x is h")
    text = "\n".join(shown(table.render(gradebook)))
    assert text.index("4 students: b is missing") < text.index("1 student: x is h")
    assert f"Student 1 ({HEADINGS[0].name}, check 0); Student 2" in text


@given(gradebooks())
def test_nothing_that_a_student_wrote_steers_the_terminal(gradebook):
    for renderable in (table.render(gradebook), moves.render(moves.moves(book([PASSED, FAILED]), gradebook))):
        lines = shown(renderable)
        assert all(c.isprintable() for line in lines for c in line)
        assert all(cell_len(line) <= 80 for line in lines)


def test_points_that_move_are_shown_and_by_how_much():
    before, after = book([FAILED, PASSED], [PASSED, PASSED]), book([PASSED, PASSED], [PASSED, PASSED])
    lines = shown(moves.render(moves.moves(before, after)))
    assert [line.split() for line in lines[1:3]] == [
        ["Student", "0", HEADINGS[0].name, "0", "6", "+6"],
        ["total", "6", "12", "+6"],
    ]
    assert "1 student gains." in lines


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ([PASSED, PASSED], [FAILED, PASSED], " loses"),
        ([PASSED, INFRA], [PASSED, PASSED], " gets a total"),
        ([PASSED, PASSED], [PASSED, None], " has none any more"),
        ([PASSED, FAILED], [FAILED, PASSED], ": no total moves"),
    ],
)
def test_whatever_moves_is_told(before, after, said):
    changes = moves.moves(book(before), book(after))
    assert f"1 student{said}." in shown(moves.render(changes))
    assert changes


def test_students_and_exercises_that_come_or_go_are_moves():
    one, two = book([PASSED, PASSED]), book([PASSED, PASSED], [FAILED, PASSED])
    name, other = (heading.name for heading in HEADINGS[:2])
    found = [(move.student.id, move.exercise, move.before, move.after) for move in moves.moves(one, two)]
    assert found == [("s1", name, None, 0), ("s1", other, None, 6), ("s1", "", None, 6)]
    gone = [(move.before, move.after) for move in moves.moves(two, one)]
    assert gone == [(0, None), (6, None), (6, None)]


def test_nothing_is_said_to_move_where_nothing_does():
    gradebook = book([PASSED, INFRA], [FAILED, None])
    assert moves.moves(gradebook, gradebook) == []
    assert shown(moves.render([]))[0] == moves._summary([]) == "Nobody's points move."


@given(gradebooks(), gradebooks())
def test_no_move_is_hidden(before, after):
    def points(gradebook):
        found = {(r.student.id, g.assigned.exercise.name): g.points for r in gradebook.records for g in r.grades}
        return found | {(r.student.id, ""): r.score if r.complete else None for r in gradebook.records}

    was, becomes = points(before), points(after)
    expected = {key for key in was.keys() | becomes.keys() if was.get(key) != becomes.get(key)}
    changes = moves.moves(before, after)
    assert {(move.student.id, move.exercise) for move in changes} == expected
    assert len(changes) == len(expected)
