"""Gradebooks for tests: of made-up students, with results of any kind."""

import random
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import strategies as st

from minigrad.course.catalogue.course import Course
from minigrad.course.cohort.gradebook import Assigned, Grade, Gradebook, Record
from minigrad.course.cohort.submissions import Student
from minigrad.course.results.status import Status
from minigrad.course.results.verdicts import CheckResult, Counterexample, ExerciseResult

COURSE = Course(Path(__file__).parents[3])
HEADINGS = COURSE.headings
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

HOSTILE = [
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "＝1+1",
    'a;=1+1;"=2"',
    'x","=1+1',
    "two\nlines\r\nand more",
    "quo\"tes, and 'others'",
    "\x1b[31mred\x1b[0m\x07",
    "</script><script>alert(1)</script><img src=x onerror=alert(1)>",
    "\u202eright to left",
    "half a \ud800 character",
    "\x00",
    "| a | b |\n|---|---|\n# x\n```",
    "::error::no",
    "##vso[task.complete result=Succeeded]",
    "Points Possible",
    "- 1. [link](javascript:1)",
    "",
]
hostile = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(alphabet=st.characters(codec=None), max_size=20),
    st.text(alphabet="=+-@;,\"'\t\r\n |<>&`*_[]#\x1b\ud800\u202e", max_size=20),
)


def result_of(heading, statuses, points=2, **said):
    """A result with a check of each of these statuses."""
    checks = [
        CheckResult(f"check {k}", points, status, points * (status == Status.PASSED), **said)
        for k, status in enumerate(statuses)
    ]
    message = said.get("message", "") if statuses and set(statuses) == {Status.ERROR} else ""
    return ExerciseResult(heading, Path(heading.file), checks, 0.5, message)


def book(*of_students, headings=HEADINGS[:2], weights=None, **about):
    """A gradebook: for each student a list with the statuses of the checks of each exercise, or None."""
    assigned = [Assigned(heading, 6, (weights or {}).get(heading.stem, 1)) for heading in headings]
    records = []
    for k, statuses in enumerate(of_students):
        grades = [
            Grade(a, None if given is None else result_of(a.exercise, given, 6 // len(given)))
            for a, given in zip(assigned, statuses, strict=True)
        ]
        records.append(Record(Student(f"s{k}", f"Student {k}", f"s{k}@x.org"), f"s{k}", grades, handed_in=NOON))
    return Gradebook("A class", assigned, records, **about)


@st.composite
def gradebooks(draw, least=0):
    """Any gradebook, with hostile texts wherever somebody may have written them."""
    headings = draw(st.lists(st.sampled_from(HEADINGS), unique=True, min_size=1, max_size=4))
    headings.sort(key=lambda heading: heading.stem)
    weight = st.one_of(st.just(1), st.integers(0, 9), st.decimals(0, 9, places=2).map(float))
    assigned = [Assigned(heading, 6, draw(weight)) for heading in headings]
    said = {"message": draw(hostile), "diagnosis": draw(hostile), "output": draw(hostile)}
    example = Counterexample({"N": 2, "seed": 1}, "f", {"x": draw(hostile)})
    statuses = st.lists(st.sampled_from(list(Status)), min_size=3, max_size=3)
    ids = draw(st.lists(st.one_of(hostile, st.text(min_size=1, max_size=5)), unique=True, min_size=least, max_size=4))
    records = []
    for id in ids:
        grades = [
            Grade(
                a,
                draw(
                    st.none()
                    | st.builds(
                        result_of,
                        st.just(a.exercise),
                        statuses,
                        st.just(2),
                        counterexample=st.just(example),
                        **{k: st.just(v) for k, v in said.items()},
                    )
                ),
                "bwrap",
                draw(st.booleans()),
            )
            for a in assigned
        ]
        student = Student(
            id,
            draw(hostile),
            draw(hostile),
            draw(st.sampled_from([{}, {"Student": draw(hostile), "ID": "7", "Section": draw(hostile)}])),
        )
        kept = draw(st.decimals(0, 1, places=2).map(float))
        remarks = draw(st.lists(hostile, max_size=2))
        records.append(
            Record(
                student,
                draw(hostile),
                grades,
                draw(hostile),
                remarks,
                draw(st.sampled_from([None, NOON])),
                draw(st.integers(0, 9)),
                kept,
            )
        )
    return Gradebook(
        draw(hostile) or "class", assigned, records, draw(hostile), NOON, draw(st.sampled_from(["total", "exercises"]))
    )


def a_class(count=30, headings=HEADINGS, seed=0):
    """Thirty students as they are: most of them right, some not."""
    rng = random.Random(seed)
    names = [
        "Ada Lovelace",
        "Grace Hopper",
        "Alan Turing",
        "Emmy Noether",
        "Srinivasa Ramanujan",
        "Carl Friedrich Gauß",
    ]
    kinds = [Status.PASSED] * 14 + [Status.FAILED] * 3 + [Status.ERROR, Status.NOT_STARTED, Status.BLOCKED]
    gradebook = book(*([[rng.choices(kinds, k=3) for _ in headings] for _ in range(count)]), headings=headings)
    for k, record in enumerate(gradebook.records):
        record.student = Student(f"u{k:03}", f"{names[k % len(names)]} {k}", f"u{k:03}@x.org", {"ID": str(k)})
    return gradebook
