"""Students who copied are found under every disguise, and honest ones are not."""

import random
from dataclasses import replace

import pytest

from benchmarks import alike as measured
from benchmarks import handed_in
from minigrad.course.cohort.alike import FEWEST, Collection
from minigrad.course.cohort.compared import compared as compared_in_store
from minigrad.course.cohort.compared import in_lines
from minigrad.course.cohort.store import Store
from minigrad.course.cohort.submissions import Student, Submission

from .books import COURSE

EXERCISES = COURSE.exercises[19::2]
COUNT = 16


@pytest.fixture(scope="module")
def students():
    rng = random.Random(0)
    return [{e.stem: handed_in.honest(e, rng) for e in EXERCISES} for _ in range(COUNT)]


def compared(students, exercises=EXERCISES):
    collection = Collection({e.stem: e.skeleton for e in exercises})
    for k, sources in enumerate(students):
        collection.add(Submission(Student(str(k)), f"folder{k}", sources))
    return collection.pairs()


def with_a_copy(students, disguise):
    """The last one has the files of the first one, disguised."""
    rng = random.Random(1)
    return [*students[:-1], {e.stem: disguise(e, students[0][e.stem], rng) for e in EXERCISES}]


@pytest.mark.exhaustive
def test_honest_students_are_not_listed(students):
    assert compared(students) == []


@pytest.mark.exhaustive
@pytest.mark.parametrize("kind", [kind for kind, (_, share) in measured.DISGUISES.items() if share == 1])
def test_who_copied_is_found_and_nobody_else(students, kind):
    (pair,) = compared(with_a_copy(students, measured.DISGUISES[kind][0]))
    assert {pair.a.id, pair.b.id} == {"0", str(COUNT - 1)}
    assert pair.score > 0
    assert pair.compared == len(EXERCISES)


@pytest.mark.exhaustive
def test_what_is_alike_is_said_with_lines_of_both(students):
    changed = with_a_copy(students, measured.as_it_is)
    for stem, source in changed[-1].items():
        changed[-1][stem] = f"\n\n{source}"
    (pair,) = compared(changed)
    assert pair.likenesses
    for likeness in pair.likenesses:
        assert likeness.share == pytest.approx(1)
        assert 0 <= likeness.usual < 1
        assert likeness.rarest
        for place in likeness.rarest:
            first, second = (sources[likeness.exercise].split("\n") for sources in (changed[0], changed[-1]))
            assert place.line_b == place.line_a + 2
            assert first[place.line_a - 1] == second[place.line_b - 1] != ""
            assert 2 <= place.holders <= COUNT / 2  # what most have is not shown as rare


@pytest.mark.exhaustive
def test_the_same_every_time_and_in_any_order(students):
    changed = with_a_copy(students, handed_in.disguised)
    (pair,), (again,), (turned,) = compared(changed), compared(changed), compared(changed[::-1])
    assert pair == again
    assert turned.score == pytest.approx(pair.score)


@pytest.mark.exhaustive
def test_in_a_large_cohort_neighbours_are_found_without_comparing_all(students, monkeypatch):
    changed = with_a_copy(students, handed_in.disguised)
    monkeypatch.setattr("minigrad.course.cohort.alike.ALL_PAIRS", COUNT * COUNT // 4)
    first = compared(changed)[0]
    assert {first.a.id, first.b.id} == {"0", str(COUNT - 1)}


def test_what_the_skeleton_has_makes_nobody_alike():
    assert compared([{e.stem: e.skeleton for e in EXERCISES}] * COUNT) == []


def test_what_all_have_makes_nobody_alike():
    assert compared([{e.stem: e.solution for e in EXERCISES}] * COUNT) == []


@pytest.mark.exhaustive
def test_nobody_is_listed_where_there_are_too_few_or_nothing(students):
    assert compared(with_a_copy(students, measured.as_it_is)[-FEWEST + 1 :]) == []
    assert compared([]) == []
    assert compared([{}] * COUNT) == []


@pytest.mark.exhaustive
def test_hostile_files_are_read_as_well(students):
    texts = ["", "\x00", "(" * 10_000, "\ud800", '"""', "x" * 10_000, "def f(:\n\tx"]
    odd = [{e.stem: text for e in EXERCISES} for text in texts]
    (pair,) = compared([*with_a_copy(students, measured.as_it_is), *odd])
    assert {pair.a.id, pair.b.id} == {"0", str(COUNT - 1)}


@pytest.mark.exhaustive
def test_what_a_store_holds_is_compared_and_said_without_an_accusation(students, tmp_path):
    with Store(tmp_path / "results.sqlite", make=True) as store:
        changed = with_a_copy(students, measured.as_it_is)
        store.take([Submission(Student(f"{k:02}\x1b[31m"), str(k), sources) for k, sources in enumerate(changed)])
        (pair,) = compared_in_store(store, EXERCISES)
    assert {pair.a.id[:2], pair.b.id[:2]} == {"00", str(COUNT - 1)}
    first, second = in_lines([pair])
    assert "to look at" in first
    assert "proves nothing" in first
    assert "\x1b" not in second
    assert next(in_lines([])).startswith("No two students")
    named = replace(pair, a=Student("s1", "Lee, Ada"), b=Student("s2"))
    assert list(in_lines([named]))[1].startswith("  Lee, Ada (s1) and s2: ")
    assert len(list(in_lines([pair] * 50))) == 12
