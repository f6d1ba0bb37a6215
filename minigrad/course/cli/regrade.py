"""`grader.py regrade --store FILE`: what would become of grades after the course was changed."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console

from minigrad.course.catalogue.course import Course
from minigrad.course.cli import cohort
from minigrad.course.cli import options as common
from minigrad.course.cohort.outputs import moves
from minigrad.course.cohort.policy import Policy, read_policy
from minigrad.course.cohort.records import gradebook
from minigrad.course.cohort.run import Run
from minigrad.course.cohort.store import Store, Version
from minigrad.course.results.status import Status


def parser() -> common.Parser:
    text = "After a check was mended: grade again what was graded with another version, and show whose points move."
    more = "Grades stay as they are until --write, which need not grade a second time."
    parser = common.Parser("regrade", "regrade --store FILE [options]", text, more)
    parser.add_argument("--store", metavar="FILE", type=Path, required=True, help="the SQLite file of the results")
    parser.add_argument("--exercise", metavar="NAME", help="only this one")
    parser.add_argument("--policy", metavar="FILE", type=Path, help="weights, late days and what counts, as TOML")
    parser.add_argument("--write", action="store_true", help="let the new results be the grades")
    cohort.add_workers(parser)
    return parser


def run(course: Course, options: argparse.Namespace, console: Console) -> int:
    exercises = [course.find(options.exercise)] if options.exercise else course.exercises
    policy = read_policy(options.policy, course) if options.policy else Policy()
    crew = cohort.crew_of(options, course, console)
    now = {exercise.stem: Version.of(exercise) for exercise in exercises}
    with Store(options.store, make=False) as store:
        work = Run(store, course, crew, weakly=options.allow_weak_isolation)
        outdated = list(work.outdated(exercises))
        ungraded = list(work.ungraded(outdated))
        came = cohort.watched(work, ungraded, len(ungraded), console, counts=False)
        before, after = (gradebook(store, course, policy, which)[0] for which in ({}, now))
        console.print(moves.render(moves.moves(before, after)))
        if options.write:
            with store.writing():
                for file in outdated:
                    store.count(file, now[file.stem])
        elif outdated:
            console.print("Nothing is changed yet: with --write these are the grades.", markup=False)
    return common.FALLS_SHORT if came[Status.INFRA] else common.OK
