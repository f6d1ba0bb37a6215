"""Names that are made of ids."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad.course.cohort.intake.names import RESERVED, file_name
from minigrad.course.cohort.submissions import Student
from minigrad.course.files import legible

ANY = st.text(st.characters(), max_size=80) | st.sampled_from(
    [
        "",
        ".",
        "..",
        "../../x",
        "/etc/passwd",
        "CON",
        "con",
        "nul",
        "a/b",
        "a\\b",
        "A",
        "a",
        "é",
        "e\u0301",
        "a ",
        "a.",
        "x" * 300,
    ]
)


@given(ANY)
def test_a_file_name_is_one_on_every_system(id):
    name = file_name(Student(id))
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789_-~")
    assert 1 <= len(name) <= 80
    assert name[0] not in "-_~"
    assert not RESERVED.fullmatch(name)


@given(st.lists(ANY, unique=True))
def test_no_two_students_have_the_same(ids):
    assert len({file_name(Student(id)) for id in ids}) == len(ids)


@given(st.text("ab01-_", min_size=1, max_size=20).filter(lambda id: id[0] not in "-_"))
def test_a_plain_id_is_its_own_name(id):
    assert file_name(Student(id)) == id


@pytest.mark.parametrize(("id", "name"), [("S1000", "s1000~1"), ("jD", "jd~2"), ("AB-c", "ab-c~3")])
def test_capitals_are_told_by_a_short_number(id, name):
    assert file_name(Student(id)) == name


@given(st.lists(st.text("aAbB1-", min_size=1, max_size=6), unique=True))
def test_ids_that_differ_in_capitals_alone_differ_on_every_system(ids):
    assert len({file_name(Student(id)).casefold() for id in ids}) == len(ids)


@given(
    st.text(st.characters(), max_size=40) | st.binary(max_size=40).map(lambda b: b.decode("utf-8", "surrogateescape"))
)
def test_what_is_shown_steers_nothing_and_can_be_written(name):
    assert legible(name).isprintable()
    assert isinstance(legible(name).encode(), bytes)
    assert legible(legible(name)) == legible(name)
