"""The engine: every file gets its result once, whatever becomes of the workers."""

import contextlib
import os
import signal
import time
from collections import Counter
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from minigrad.course.catalogue.course import Course
from minigrad.course.cohort import engine, worker
from minigrad.course.cohort.engine import TRIES, Crew, grade_all
from minigrad.course.cohort.worker import Found, Task
from minigrad.course.grading.workers import workers
from minigrad.course.results.status import Status

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Job:
    """In place of a task: what becomes of its worker."""

    number: int
    folder: Path
    deaths: int = 0
    infra: int = 0

    @property
    def version(self):
        return ""


def act(job):
    """Grade a Job, in a worker that may be ended."""
    log = job.folder / str(job.number)
    with log.open("a") as file:
        file.write("x")
    tries = log.stat().st_size
    if tries <= job.deaths:
        os.kill(os.getpid(), signal.SIGKILL)
    return Found({}, Status.INFRA if tries <= job.infra else Status.PASSED, "", False, 0.0)


def results(jobs, crew):
    return {number: (found, tries) for number, found, tries in grade_all(((j.number, j) for j in jobs), crew)}


def threads(grade=act, count=3):
    return Crew(lambda: ThreadPoolExecutor(count), grade, count)


@pytest.fixture
def crew():
    return Crew(lambda: workers(2), act, 2)


def test_each_file_gets_one_result(tmp_path):
    jobs = [Job(n, tmp_path) for n in range(50)]
    found = list(grade_all(((j.number, j) for j in jobs), threads()))
    assert sorted(number for number, _, _ in found) == list(range(50))
    assert all(tries == 1 for _, _, tries in found)


def test_no_more_files_are_under_way_than_workers_have_use_for(tmp_path):
    taken, done = 0, 0

    def jobs():
        nonlocal taken
        for n in range(40):
            taken += 1
            assert taken - done <= 3 + 2 + 1
            yield n, Job(n, tmp_path)

    for _ in grade_all(jobs(), threads()):
        done += 1
    assert done == 40


def test_a_worker_that_is_ended_loses_nothing(tmp_path, crew):
    jobs = [Job(n, tmp_path, deaths=n % 5 == 3) for n in range(12)]
    found = results(jobs, crew)
    assert {f.status for f, _ in found.values()} == {Status.PASSED}
    assert len(found) == 12


def test_a_file_that_ends_every_worker_is_our_trouble_and_no_other_files(tmp_path, crew, monkeypatch):
    monkeypatch.setattr(engine, "lost", lambda task, tries: Found({}, Status.INFRA, "", False, 0.0))
    found = results([Job(n, tmp_path, deaths=99 * (n == 2)) for n in range(8)], crew)
    assert [n for n, (f, _) in sorted(found.items()) if f.status == Status.INFRA] == [2]
    assert found[2][1] == TRIES


def test_trouble_of_the_graders_own_is_tried_again(tmp_path):
    found = results([Job(0, tmp_path, infra=1), Job(1, tmp_path, infra=99), Job(2, tmp_path)], threads())
    assert (found[0][0].status, found[0][1]) == (Status.PASSED, 2)
    assert (found[1][0].status, found[1][1]) == (Status.INFRA, TRIES)
    assert found[2][1] == 1


def test_workers_that_answer_no_more_are_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(engine, "STUCK_SECONDS", 0.05)
    opened = Counter()

    class Dead(Executor):
        def submit(self, function, *args):
            return Future()

    @contextlib.contextmanager
    def opening():
        opened["times"] += 1
        with Dead() if opened["times"] == 1 else ThreadPoolExecutor(1) as executor:
            yield executor

    found = results([Job(n, tmp_path) for n in range(3)], Crew(opening, act, 1))
    assert {f.status for f, _ in found.values()} == {Status.PASSED}


def test_what_no_worker_came_back_from_says_so():
    exercise = Course(ROOT).find("rnn_cell")
    found = worker.lost(Task(ROOT, exercise.stem, "", exercise.version, "s"), 3)
    assert found.status == Status.INFRA
    assert "was ended, 3 times" in found.data["message"]


def test_a_worker_with_another_version_of_the_course_gives_no_verdict():
    found = worker.grade(Task(ROOT, "ex09_rnn_cell", "", "another", "s"))
    assert found.status == Status.INFRA
    assert "another version" in found.data["message"]


def test_whoever_stops_a_run_ends_its_workers(tmp_path, crew):
    run = grade_all(((n, Job(n, tmp_path)) for n in range(1000)), crew)
    next(run)
    began = time.monotonic()
    run.close()
    assert time.monotonic() - began < 5
    assert len(list(tmp_path.iterdir())) < 50
