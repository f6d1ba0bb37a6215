"""A Gradescope export is read back from what it writes."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad.course.cohort.intake.metadata import read

SAMPLE = """\
submission_409194023:
  :submitters:
  - :name: Ada Lovelace
    :sid: '123456789'
    :email: ada@example.org
  :created_at: 2026-04-26 17:34:00.861687000 Z
  :score: 2.0
  :status: processed
  :results:
    output: |-
      submission_1:
        :submitters:
        - :name: Somebody Else
    tests:
    - name: a
      output: "x\\n  :created_at: 1999-01-01 00:00:00 Z"
  :history:
  - :id: 4
    :created_at: 2026-04-20 17:34:00.861687000 Z
    :submitters:
    - :name: Nobody
submission_500000001:
  :submitters:
  - :name: "Zo\\xEB \\"Z\\" \\U0001F600"
    :sid: 333
    :email:
  - :name: 'O''Hara, Bob'
    :sid: ''
    :email: bob@example.org
  :created_at: &1 2026-04-26 10:34:00.000000000 -07:00
submission_600000002:
  :submitters: []
"""


def test_who_handed_in_and_when():
    found = read(SAMPLE)
    assert list(found) == ["submission_409194023", "submission_500000001", "submission_600000002"]
    first, second, third = found.values()
    assert first.submitters == [{"name": "Ada Lovelace", "sid": "123456789", "email": "ada@example.org"}]
    assert first.created_at == datetime(2026, 4, 26, 17, 34, tzinfo=UTC)
    assert second.submitters == [
        {"name": 'Zoë "Z" 😀', "sid": "333", "email": ""},
        {"name": "O'Hara, Bob", "sid": "", "email": "bob@example.org"},
    ]
    assert second.created_at == datetime(2026, 4, 26, 10, 34, tzinfo=timezone(timedelta(hours=-7)))
    assert third.submitters == []


def test_line_ends_of_windows_are_read():
    assert read(SAMPLE.replace("\n", "\r\n")) == read(SAMPLE)


def quoted(text):
    """As Ruby writes a text that needs quotes."""
    if text.isprintable() and text.isascii():
        return "'" + text.replace("'", "''") + "'"
    return '"' + "".join(c if c.isalnum() and c.isascii() else f"\\U{ord(c):08X}" for c in text) + '"'


TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp", "Co", "Cn", "Zs"]) | st.just(" "), max_size=30
)


@given(st.lists(st.fixed_dictionaries({"name": TEXT, "sid": TEXT, "email": TEXT}), min_size=1, max_size=4), TEXT)
def test_whatever_is_quoted_is_read_back(people, printed):
    lines = ["submission_1:", "  :submitters:"]
    for person in people:
        (key, value), *others = person.items()
        lines += [f"  - :{key}: {quoted(value)}", *(f"    :{key}: {quoted(value)}" for key, value in others)]
    lines += ["  :results:", "    output: |-", f"      {printed}", "submission_2:", "  :submitters: []"]
    found = read("\n".join(lines))
    assert [{k: v.strip() for k, v in p.items()} for p in found["submission_1"].submitters] == [
        {k: v.strip() for k, v in p.items()} for p in people
    ]
    assert list(found) == ["submission_1", "submission_2"]


@given(st.text(max_size=200))
def test_anything_else_is_passed_over(text):
    assert isinstance(read(text), dict)


@pytest.mark.parametrize("time", ["", "yesterday", "2026-13-45 99:99:99 Z", "2026-04-26"])
def test_a_time_that_is_none_is_not_known(time):
    assert read(f"a:\n  :created_at: {time}\n")["a"].created_at is None
