"""A Dask cluster grades: its workers may be ended at any moment."""

import os
import signal
import sys
from pathlib import Path

import pytest

from minigrad.course.catalogue.course import Course
from minigrad.course.cohort import crews
from minigrad.course.cohort.engine import grade_all
from minigrad.course.cohort.worker import Task
from minigrad.course.results.status import Status
from minigrad.course.usage import UsageError

distributed = pytest.importorskip("distributed", reason="Dask is not installed; it is the extra cluster")
ROOT = Path(__file__).parents[3]
pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="judges are forked on Linux alone"),
    pytest.mark.filterwarnings("ignore"),  # Dask's own
]


@pytest.fixture(scope="module")
def cluster():
    options = dict(n_workers=2, threads_per_worker=2, dashboard_address=None, silence_logs=50)
    with distributed.LocalCluster(**options) as cluster:
        yield cluster


def tasks(count, stem="ex09_rnn_cell", version=None):
    exercise = next(e for e in Course(ROOT).exercises if e.stem == stem)
    for n in range(count):
        wrong = exercise.mistakes[0].apply(exercise.solution)
        source = f"# {n}\n{wrong if n % 4 == 3 else exercise.solution}"
        yield n, Task(ROOT, stem, source, version or exercise.version, "salt", weakly=True)


def found_by(crew, count, after_each=lambda: None, **options):
    found = {}
    for number, result, _ in grade_all(tasks(count, **options), crew):
        assert number not in found
        found[number] = result.status
        after_each()
    return found


def right(count):
    return {n: Status.FAILED if n % 4 == 3 else Status.PASSED for n in range(count)}


def test_each_file_gets_one_result(cluster):
    crew = crews.dask(cluster.scheduler_address, trusted=False)
    assert crew.size == 4
    assert found_by(crew, 8) == right(8)


def test_workers_that_are_killed_lose_nothing(cluster):
    crew = crews.dask(cluster.scheduler_address, trusted=False)
    killed = 0

    def kill():
        nonlocal killed
        killed += 1
        if killed in (2, 6, 10):
            with distributed.Client(cluster.scheduler_address, set_as_default=False) as client:
                pids = [*client.run(os.getpid).values()]
            os.kill(pids[killed % len(pids)], signal.SIGKILL)

    assert found_by(crew, 14, kill) == right(14)
    assert killed == 14


def test_a_worker_of_another_version_gives_no_verdict(cluster):
    crew = crews.dask(cluster.scheduler_address, trusted=False)
    assert found_by(crew, 1, version="another") == {0: Status.INFRA}
    assert found_by(crew, 1) == right(1)


def test_where_no_scheduler_answers_it_is_said(monkeypatch):
    monkeypatch.setattr(crews, "ANSWERS_SECONDS", 0.5)
    with pytest.raises(UsageError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        crews.dask("tcp://127.0.0.1:9", trusted=False)


def test_whoever_stops_a_run_can_begin_another(cluster):
    crew = crews.dask(cluster.scheduler_address, trusted=False)
    run = grade_all(tasks(100), crew)
    next(run)
    run.close()
    assert found_by(crew, 4) == right(4)
