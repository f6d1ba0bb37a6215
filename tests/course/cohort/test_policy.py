"""A policy says what counts and what it costs to be late; what is no policy is told by its key."""

import contextlib
import tomllib
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad.course.cohort import policy as policies
from minigrad.course.cohort.policy import read_policy
from minigrad.course.results.status import Status
from minigrad.course.usage import UsageError

from .books import COURSE, NOON, book

RIGHT = [Status.PASSED] * 3
DUE = "due = 2026-11-20T13:00:00+01:00\nper_day = 0.1\n"  # which is noon in UTC


def read(tmp_path, text):
    path = tmp_path / "cohort.toml"
    path.write_text(text, "utf-8")
    return read_policy(path, COURSE)


def settled(policy, *handed_in):
    gradebook = book(*([[RIGHT, RIGHT]] * len(handed_in)))
    for record, when in zip(gradebook.records, handed_in, strict=True):
        record.handed_in = when
    for record in gradebook.records:
        policy.settle(record)
    return gradebook, policy.strangers(record.student.id for record in gradebook.records)


def kept(policy, *handed_in):
    return [record.kept for record in settled(policy, *handed_in)[0].records]


def test_the_policy_in_its_own_docstring_is_read(tmp_path):
    example = "\n".join(line for line in policies.__doc__.split("\n") if line.startswith("    "))
    policy = read(tmp_path, example)
    assert policy.title == "Recurrent networks"
    assert policy.exercises == [COURSE.find(name).stem for name in ("rnn_cell", "bptt")]
    assert policy.weights == {COURSE.find("bptt").stem: 2}
    assert policy.late.grace == timedelta(minutes=15)
    assert policy.extensions["smith"] == timedelta(days=3)
    assert policy.columns == "exercises"


def test_without_a_list_what_anybody_handed_in_counts_in_the_order_of_the_course(tmp_path):
    stems = [COURSE.find(name).stem for name in ("bptt", "rnn_cell")]
    assigned = read(tmp_path, "[weights]\nbptt = 0.5\n").assigned(COURSE, stems)
    assert [a.exercise.name for a in assigned] == ["rnn_cell", "bptt"]
    assert [a.weight for a in assigned] == [1, 0.5]
    assert assigned[0].max_points == sum(check.points for check in COURSE.find("rnn_cell").checks)


def test_exercises_of_the_list_count_also_if_nobody_handed_them_in(tmp_path):
    assert [a.exercise.name for a in read(tmp_path, 'exercises = ["9"]').assigned(COURSE, [])] == ["rnn_cell"]


def test_each_day_that_has_begun_costs_and_never_more_than_that(tmp_path):
    policy = read(tmp_path, f"[late]\n{DUE}at_least = 0.75\n")
    second, day = timedelta(seconds=1), timedelta(days=1)
    late = kept(policy, NOON - day, NOON, NOON + second, NOON + day, NOON + day + second, NOON + 30 * day)
    assert late == [1, 1, 0.9, 0.9, 0.8, 0.75]


def test_days_are_counted_from_the_end_of_the_grace(tmp_path):
    policy = read(tmp_path, f'[late]\n{DUE}grace = "15 min"\n')
    minutes = [timedelta(minutes=m) for m in (15, 16, 24 * 60 + 15)]
    assert kept(policy, *(NOON + m for m in minutes)) == [1, 0.9, 0.9]


def test_an_extension_is_longer_or_until_a_time(tmp_path):
    text = f'[late]\n{DUE}[extensions]\ns0 = "2 days"\ns1 = 2026-11-23T12:00:00Z\n'
    assert kept(read(tmp_path, text), *[NOON + timedelta(days=3)] * 3) == [0.9, 1, 0.7]


def test_an_extension_for_nobody_is_said_and_who_was_meant(tmp_path):
    text = f'[late]\n{DUE}[extensions]\nss0 = "2 days"\n'
    _, said = settled(read(tmp_path, text), NOON)
    assert said == ["The policy has an extension for 'ss0', which is no student's id. Did you mean 's0'?"]


def test_of_ids_that_are_as_near_the_one_with_the_same_signs_in_place_was_meant(tmp_path):
    policy = read(tmp_path, f'[late]\n{DUE}[extensions]\nS1o02 = "2 days"\n')
    (said,) = policy.strangers(f"S{1000 + k}" for k in range(30))
    assert said.endswith("Did you mean 'S1002'?")


def test_where_nobody_was_meant_it_is_said_what_ids_are_like(tmp_path):
    _, said = settled(read(tmp_path, f'[late]\n{DUE}[extensions]\n"ada@x.org" = "1 day"\n'), NOON)
    assert said == ["The policy has an extension for 'ada@x.org', which is no student's id. Ids are such as 's0'."]


def test_days_may_be_given_and_count_whatever_times_say(tmp_path):
    text = f"[late]\n{DUE}[days_late]\ns0 = 2\ns1 = 0\ns9 = 1\n"
    gradebook, said = settled(read(tmp_path, text), None, NOON + timedelta(days=9))
    assert [(record.days_late, record.kept) for record in gradebook.records] == [(2, 0.8), (0, 1)]
    assert not gradebook.records[0].remarks
    assert "days for 's9', which is no student's id" in said[0]


def test_what_came_at_an_unknown_time_is_not_late_and_that_is_said(tmp_path):
    policy = read(tmp_path, f"[late]\n{DUE}")
    gradebook, _ = settled(policy, None, NOON)
    unknown, known = gradebook.records
    assert unknown.kept == 1
    assert "not known when" in policy.settle(unknown)
    assert policy.settle(known) == ""


def test_who_handed_nothing_in_is_not_late(tmp_path):
    gradebook = book([RIGHT, RIGHT])
    gradebook.records[0].place, gradebook.records[0].handed_in = "", None
    assert read(tmp_path, f"[late]\n{DUE}").settle(gradebook.records[0]) == ""


decimals = st.decimals(0, 1, places=3)


@given(decimals, decimals, st.integers(0, 20), st.lists(st.decimals(0, 1000, places=3), min_size=2, max_size=2))
def test_totals_are_exact(tmp_path_factory, per_day, least, days, weights):
    names = [heading.name for heading in COURSE.headings[:2]]
    lines = [f"{name} = {weight}" for name, weight in zip(names, weights, strict=True)]
    late = f"[late]\ndue = 2026-11-20T12:00:00Z\nper_day = {per_day}\nat_least = {least}\n"
    policy = read(tmp_path_factory.mktemp("policy"), "\n".join([late, "[weights]", *lines]))
    gradebook = book([RIGHT, RIGHT], weights=policy.weights)
    gradebook.records[0].handed_in = NOON + timedelta(days=days)
    policy.settle(gradebook.records[0])
    share = max(Fraction(least), 1 - Fraction(per_day) * days)
    assert Fraction(repr(gradebook.records[0].score)) == share * sum(6 * Fraction(weight) for weight in weights)


WRONG = {
    "titel = 'x'": "nothing is called titel. Did you mean title?",
    "title = 3": 'title cannot be 3. Write title = "',
    "title = ": "is no TOML",
    'exercises = "rnn_cell"': "exercises cannot be 'rnn_cell'. Write exercises = [",
    'exercises = ["rnn_cel"]': "exercises: no exercise is called 'rnn_cel'. Did you mean rnn_cell?",
    "exercises = []": "exercises cannot be []",
    'columns = "all"': "columns cannot be 'all'. Write columns = ",
    "weights = 2": "weights cannot be 2. Write a table [weights]",
    "[weights]\nrnn_cel = 2": "weights.rnn_cel: no exercise is called",
    "[weights]\nrnn_cell = -1": "weights.rnn_cell cannot be -1. Write a number from 0 to 1000",
    "[weights]\nrnn_cell = nan": "weights.rnn_cell cannot be nan",
    "[weights]\nrnn_cell = true": "weights.rnn_cell cannot be True",
    "[weights]\nrnn_cell = 1\n9 = 2": "weights.9 is the second weight of rnn_cell",
    'exercises = ["bptt"]\n[weights]\nrnn_cell = 1': "weights.rnn_cell is of an exercise that does not count",
    "[late]\nper_day = 0.1": "[late] has no due. Write due = ",
    "[late]\ndue = 2026-11-20T23:59:00Z": "[late] has no per_day. Write per_day = ",
    "[late]\ndue = 2026-11-20": "late.due cannot be 2026-11-20. Write due = 2026-11-20T23:59:00+01:00",
    "[late]\ndue = 2026-11-20T23:59:00": "late.due cannot be 2026-11-20T23:59:00. Write due = 2026-11-20T23:59:00+",
    f"[late]\n{DUE}grace = 15": "late.grace cannot be 15. Write grace = ",
    f"[late]\n{DUE}grace = '15 parsecs'": "late.grace cannot be '15 parsecs'",
    f"[late]\n{DUE}at_least = 50": "late.at_least cannot be 50. Write at_least = ",
    f"[late]\n{DUE}at_last = 0.5": "nothing is called late.at_last. Did you mean late.at_least?",
    '[extensions]\ns0 = "1 day"': "extensions need a time that they extend. Write a table [late]",
    "[days_late]\ns0 = 1": "days_late need what a day costs. Write a table [late]",
    f"[late]\n{DUE}[days_late]\ns0 = 1.5": "days_late.s0 cannot be 1.5. Write a whole number of days",
    f"[late]\n{DUE}[extensions]\ns0 = 3": "extensions.s0 cannot be 3. Write how much longer it is",
    f"[late]\n{DUE}[extensions]\ns0 = 2020-01-01T00:00:00Z": "extensions.s0 is before late.due",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_no_policy_is_told_by_its_key_with_what_to_write(tmp_path, text):
    with pytest.raises(UsageError) as error:
        read(tmp_path, text)
    assert str(error.value).startswith(str(tmp_path / "cohort.toml"))
    assert WRONG[text] in str(error.value)


def test_a_policy_that_cannot_be_read_is_said(tmp_path):
    with pytest.raises(UsageError, match=r"cannot read the policy .*: No such file"):
        read_policy(tmp_path / "cohort.toml", COURSE)
    (tmp_path / "cohort.toml").write_bytes(b"title = '\xff'")
    with pytest.raises(UsageError, match="is no text in UTF-8"):
        read_policy(tmp_path / "cohort.toml", COURSE)


keys = st.sampled_from(["title", "exercises", "weights", "late", "extensions", "columns", "other"])
values = st.recursive(
    st.one_of(st.booleans(), st.integers(-9, 9), st.floats(), st.text("ab ", max_size=5), st.just([])),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["due", "rnn_cell", "9"]), inner),
    max_leaves=4,
)


def as_toml(value):
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {as_toml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(as_toml, value))}]"
    return f'"{value}"' if isinstance(value, str) else str(value).lower()


@given(st.dictionaries(keys, values, max_size=3))
def test_any_toml_is_a_policy_or_a_sentence(tmp_path_factory, data):
    text = "\n".join(f"{key} = {as_toml(value)}" for key, value in data.items())
    assert tomllib.loads(text).keys() == data.keys()
    with contextlib.suppress(UsageError):
        read(tmp_path_factory.mktemp("policy"), text).settle(book([RIGHT, RIGHT]).records[0])


def test_times_are_compared_whatever_their_distance_to_utc(tmp_path):
    policy = read(tmp_path, f"[late]\n{DUE}")
    tokyo = datetime.fromisoformat("2026-11-20T21:00:00+09:00")
    assert tokyo.astimezone(UTC) == NOON
    assert kept(policy, tokyo, tokyo + timedelta(seconds=1)) == [1, 0.9]
