"""`grader.py NAME --deep [N]`: after grading, look at further examples."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping

from rich.console import Console

from minigrad.course.checks.examples import SALT
from minigrad.course.cli import options as common
from minigrad.course.grading.deep import FURTHER, fresh_salt, largest, look_further
from minigrad.course.grading.grade import look_at
from minigrad.course.grading.pool import Graded, Job
from minigrad.course.reports import further
from minigrad.course.reports.screen import Commands
from minigrad.course.results.status import Status

MOST = 1_000_000


def add_deep(parser: common.Parser) -> None:
    text = f"then look at N further examples of larger and odder sizes; {FURTHER:,} if N is left out"
    parser.add_argument("--deep", metavar="N", nargs="?", type=_count, const=FURTHER, help=text)


def _count(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= MOST:
        said = f"it takes how many examples to look at, such as {FURTHER}, not {text!r}; exercises are named before it"
        raise argparse.ArgumentTypeError(said)
    return int(text)


def sources(jobs: Iterable[Job]) -> dict[Job, str]:
    """The sources of the files that can be run; they are read before any student's code runs."""
    seen = {job: look_at(job.exercise, job.path) for job in jobs}
    return {job: source for job, source in seen.items() if isinstance(source, str)}


def run(
    graded: Iterable[Graded],
    sources: Mapping[Job, str],
    options: argparse.Namespace,
    command: Commands,
    console: Console,
) -> int:
    """Look further at each file that is right so far, and return the exit code."""
    salt = options.salt if options.salt != SALT else fresh_salt()
    right = [job for job, result in graded if result.status == Status.PASSED]
    codes = [_look(job, sources[job], options.deep, salt, command, console) for job in right]
    return max(codes, default=common.OK)


def _look(job: Job, source: str, count: int, salt: str, command: Commands, console: Console) -> int:
    seen, wrong = 0, None
    console.print("", further.heading(job.exercise.heading))
    try:
        with further.progress(console, job.exercise.name, count) as advance:
            for seen, result in look_further(job.exercise, job.path, source, salt, count):
                wrong = result if result.falls_short else None
                advance(seen)
    except KeyboardInterrupt:
        console.print(further.stopped(seen, count))
        raise
    shown = further.found(seen, wrong) if wrong else further.nothing_found(seen, largest(job.exercise))
    console.print(shown)
    console.print(further.repeat(command(job.exercise.name, "--deep", count, "--salt", salt)), soft_wrap=True)
    return common.FALLS_SHORT if wrong else common.OK
