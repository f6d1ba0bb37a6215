"""Rosters in the forms that systems write, and who of them somebody is."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad.course.cohort.intake.roster import read
from minigrad.course.usage import UsageError

CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Week 3 (42),Current Score
    Points Possible,,,,,10,(read only)
"Lovelace, Ada",101,s1,ada,Tuesday,,
"Hopper, Grace",102,s2,grace,Tuesday,7,
"Student, Test",103,,0123456789abcdef,Tuesday,,
"""
MOODLE = """\
Identifier,Full name,ID number,Email address,Status,Grade,Maximum Grade,Grade can be changed,Last modified (grade)
Participant 7001,Ada Lovelace,,ada@example.org,Submitted for grading,,10.00,Yes,-
Participant 7002,Grace Hopper,s2,grace@example.org,Submitted for grading,,10.00,Yes,-
"""
CLASSROOM = """\
"identifier","github_username","github_id","name"
"ada","lovelace-ada","1",""
"grace","","",""
"""
GRADESCOPE = """\
First Name,Last Name,SID,Email,Section Name
Ada,Lovelace,s1,ada@example.org,
Grace,Hopper,s2,grace@example.org,
"""


@pytest.fixture
def roster(tmp_path):
    def roster(text, encoding="utf-8"):
        path = tmp_path / "roster.csv"
        path.write_bytes(text.encode(encoding))
        return read(path)

    return roster


def who(roster, *handles):
    student, _ = roster.find([[handle] for handle in handles])
    return student and student.id


def test_canvas(roster):
    found = roster(CANVAS)
    assert [(s.id, s.name) for s in found.students] == [("s1", "Lovelace, Ada"), ("s2", "Hopper, Grace")]
    assert found.students[1].roster["Week 3 (42)"] == "7"
    assert who(found, ("canvas", "102")) == "s2"
    assert who(found, ("name", "lovelaceada")) == "s1"
    assert who(found, ("name", "Ada LOVELACE")) == "s1"
    assert who(found, ("user", "grace")) == "s2"
    assert who(found, ("number", "102")) is None


def test_moodle(roster):
    found = roster(MOODLE)
    assert [s.id for s in found.students] == ["Participant 7001", "Participant 7002"]
    assert who(found, ("participant", "7001")) == "Participant 7001"
    assert who(found, ("email", "Grace@Example.org")) == "Participant 7002"


def test_classroom(roster):
    found = roster(CLASSROOM)
    assert [s.id for s in found.students] == ["ada", "grace"]
    assert who(found, ("user", "lovelace-ada")) == "ada"


def test_gradescope(roster):
    found = roster(GRADESCOPE)
    assert next((s.id, s.name, s.email) for s in found.students) == ("s1", "Ada Lovelace", "ada@example.org")
    assert who(found, ("number", "s2")) == "s2"


def test_the_line_that_excel_wants_is_no_heading(roster):
    assert [s.id for s in roster("sep=;\r\nid;name\r\n1;Lee, Ann\r\n").students] == ["1"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters(roster, encoding, delimiter):
    found = roster(f"E-Mail{delimiter}Nachname{delimiter}Vorname\r\na@b.c{delimiter}Müller{delimiter}Zoë\r\n", encoding)
    assert [(s.id, s.name) for s in found.students] == [("a@b.c", "Zoë Müller")]
    assert who(found, ("name", "muller zoe")) is None
    assert who(found, ("name", "zoe MÜLLER")) == "a@b.c"


def test_a_name_says_nothing_where_something_surer_differs(roster):
    found = roster(CANVAS)
    assert who(found, ("canvas", "999"), ("name", "lovelaceada")) is None
    assert who(roster(GRADESCOPE), ("canvas", "999"), ("name", "adalovelace")) == "s1"


def test_two_of_one_name_are_not_guessed(roster):
    found = roster("id,name\n1,Ann Lee\n2,Ann Lee\n")
    student, why = found.find([[("name", "Ann Lee")]])
    assert student is None
    assert "2 lines" in why
    assert who(found, ("number", "2")) == "2"


def test_a_column_in_which_somebody_has_nothing_gives_no_ids(roster):
    assert [s.id for s in roster("id,username\n,ada\n2,grace\n").students] == ["ada", "grace"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "names nobody"),
        ("id,name\n", "names nobody"),
        ("colour,size\nred,1\n", "none of the columns"),
        ("id,name\n1,a\n1,a\n", "tells its students apart"),
        ("id,name\n1,a,b,c\n", "more cells than headings"),
        ('id,name\n1,"a\n', "no CSV that can be read"),
        ("id\0,name\n1,a\n", "is no CSV"),
    ],
)
def test_what_is_no_roster_is_said(roster, text, why):
    with pytest.raises(UsageError, match=why):
        roster(text)


def test_a_roster_in_another_encoding_is_not_guessed_at(roster):
    with pytest.raises(UsageError, match="Save it as CSV UTF-8"):
        roster("id,name\n1,Müller\n", "latin-1")


def test_a_roster_that_is_not_there(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        read(tmp_path / "none.csv")


CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)


@given(
    st.lists(
        st.tuples(st.integers(0, 10**6).map(str), CELL, CELL), min_size=1, max_size=5, unique_by=lambda row: row[0]
    ),
    st.permutations(["id", "Full Name", "comment"]),
    st.sampled_from(",;\t"),
)
def test_what_is_written_is_read_back(tmp_path_factory, people, order, delimiter):
    text = io.StringIO()
    writer = csv.DictWriter(text, order, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(dict(zip(["id", "Full Name", "comment"], row, strict=True)) for row in people)
    path = tmp_path_factory.getbasetemp() / "written.csv"
    path.write_text(text.getvalue(), "utf-8-sig", newline="")
    found = read(path)
    assert [s.id for s in found.students] == [id for id, _, _ in people]
    assert [s.roster["comment"] for s in found.students] == [comment.strip() for _, _, comment in people]
    for id, _, _ in people:
        assert who(found, ("number", id)) == id
