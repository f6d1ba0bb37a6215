"""The engine: every file gets its result once, whatever becomes of the workers."""

import contextlib
from collections import Counter
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from minigrad.course.catalogue.course import Course
from minigrad.course.cohort import engine, worker
from minigrad.course.cohort.engine import TRIES, WORKERS, Crew, grade_all
from minigrad.course.cohort.processes import Ended
from minigrad.course.cohort.worker import Found, Task
from minigrad.course.results.status import Status

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Job:
    """In place of a task: what becomes of its worker."""

    number: int
    folder: Path
    deaths: int = 0
    infra: int = 0
    late: int = 0
    breaks: int = 0

    @property
    def version(self):
        return ""


def act(job):
    """Grade a Job, in a worker that may be ended, or too late, or take all others with it."""
    log = job.folder / str(job.number)
    with log.open("a") as file:
        file.write("x")
    tries = log.stat().st_size
    if tries <= job.deaths:
        raise Ended("the process that graded this file was ended")
    if tries <= job.late:
        raise TimeoutError("it took too long")
    if tries <= job.breaks:
        raise BrokenExecutor
    return Found({}, Status.INFRA if tries <= job.infra else Status.PASSED, "", False, 0.0)


def results(jobs, crew):
    return {number: (found, tries) for number, found, tries in grade_all(((j.number, j) for j in jobs), crew)}


def threads(grade=act, count=3):
    return Crew(lambda: ThreadPoolExecutor(count), grade, count)


@pytest.fixture
def told(monkeypatch):
    """The reasons why files were lost, one after the other."""
    whys = []

    def lost(task, tries, why):
        whys.append(why)
        return Found({}, Status.INFRA, "", False, 0.0)

    monkeypatch.setattr(engine, "lost", lost)
    return whys


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


def test_a_worker_that_is_ended_loses_nothing(tmp_path, told):
    found = results([Job(n, tmp_path, deaths=n % 5 == 3) for n in range(12)], threads())
    assert {n: tries for n, (f, tries) in found.items() if f.status == Status.PASSED} == {
        n: 1 + (n % 5 == 3) for n in range(12)
    }


def test_a_file_that_ends_every_worker_is_our_trouble_and_no_other_files(tmp_path, told):
    found = results([Job(n, tmp_path, deaths=99 * (n == 2)) for n in range(8)], threads())
    assert [n for n, (f, _) in sorted(found.items()) if f.status == Status.INFRA] == [2]
    assert found[2][1] == WORKERS
    assert {tries for n, (_, tries) in found.items() if n != 2} == {1}


def test_a_file_that_takes_too_long_is_not_tried_so_often(tmp_path, told):
    found = results([Job(0, tmp_path, late=99), Job(1, tmp_path, late=1)], threads())
    assert (found[0][0].status, found[0][1]) == (Status.INFRA, TRIES)
    assert (found[1][0].status, found[1][1]) == (Status.PASSED, 2)
    assert told[-1] == "it took too long"


def test_where_the_executor_breaks_another_takes_its_place(tmp_path):
    jobs = [Job(n, tmp_path, breaks=n == 5) for n in range(12)]
    found = results(jobs, threads())
    assert {f.status for f, _ in found.values()} == {Status.PASSED}
    assert len(found) == 12
    assert 1 < found[5][1] <= TRIES


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
    found = worker.lost(Task(ROOT, exercise.stem, "", exercise.version, "s"), 3, "it was ended")
    assert found.status == Status.INFRA
    assert "it was ended, in 3 tries" in found.data["message"]


def test_a_worker_with_another_version_of_the_course_gives_no_verdict():
    found = worker.grade(Task(ROOT, "ex09_rnn_cell", "", "another", "s"))
    assert found.status == Status.INFRA
    assert "another version" in found.data["message"]
