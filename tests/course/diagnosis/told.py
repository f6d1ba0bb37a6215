"""The diagnoses of a solution that was changed."""

import functools
from pathlib import Path

import numpy as np

from minigrad.course.catalogue.course import Course
from minigrad.course.checks.students import Simulation, Student
from minigrad.course.diagnosis.diagnostician import Diagnostician
from minigrad.course.diagnosis.evidence import Evidence
from minigrad.course.diagnosis.lineup import Lineup

COURSE = Course(Path(__file__).parents[3])


@functools.cache
def lineup(name):
    """The suspects of an exercise, who are asked once on each example for all tests."""
    return Lineup(COURSE.find(name), looks_up=False)


def told_of(name, *replace):
    """The diagnosis of each check that the changed solution fails, in their order."""
    exercise = COURSE.find(name)
    source = exercise.solution
    for old, new in replace:
        assert old in source
        source = source.replace(old, new)
    runner, failed, evidence = Simulation(source), [], []
    with np.errstate(all="ignore"):
        for check in exercise.checks:
            student = Student(runner)
            waits = any(title in failed for title in check.needs)
            counterexample = None if waits else check.examine(student)
            evidence.append(Evidence(check, counterexample, student.examples))
            failed += [check.title] * bool(waits or counterexample)
        diagnostician = Diagnostician(exercise, evidence, lineup(name), runner)
        told = {e.check.title: diagnostician.diagnose(i) for i, e in enumerate(evidence) if e.counterexample}
    assert told
    return told


def diagnosis(name, *replace):
    """The diagnosis of the first check that fails."""
    return next(iter(told_of(name, *replace).values()))
