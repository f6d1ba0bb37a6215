"""Many files at once: what has not changed is remembered, and one file cannot take the others down."""

import functools
import io
import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from minigrad.course.catalogue.course import Course
from minigrad.course.checks.examples import SALT
from minigrad.course.grading import pool, remembered
from minigrad.course.grading.grade import failed_here, grade_source
from minigrad.course.grading.pool import Job, grade_all
from minigrad.course.grading.remembered import FOLDER, Memory
from minigrad.course.results.status import Status
from minigrad.course.results.verdicts import Counterexample
from minigrad.course.student import process
from minigrad.course.student.frames import write_frame
from minigrad.course.student.process import StudentProcess
from minigrad.course.student.start import Nursery

from ...conftest import quick
from ..commands import copy_course
from ..exercises import with_few_examples
from ..processes import children

ROOT = Path(__file__).parents[3]
RANDOM = "import numpy as np\ndef rnn_cell(x, h, W_xh, W_hh, b):\n    return np.random.normal(size=h.shape)\n"


@pytest.fixture
def course(tmp_path):
    """A course of some exercises, all solved: with so many, other processes judge."""
    copy_course(ROOT, tmp_path, ["rnn_cell", "bptt", "clipping", "lstm_cell"])
    shutil.copytree(tmp_path / "solutions", tmp_path / "exercises", dirs_exist_ok=True)
    course = Course(tmp_path)
    for exercise in course.exercises:
        with_few_examples(exercise)
    return course


@pytest.fixture
def small(course):
    """That course with fewer exercises."""
    course.exercises = [e for e in course.exercises if e.name in ("rnn_cell", "lstm_cell")]
    return course


def files_of(course):
    return {exercise: course.root / "exercises" / exercise.file for exercise in course.exercises}


def run(course, salt=SALT, files=None):
    """The results by name, and the names of those that were remembered."""
    jobs = [Job(exercise, path) for exercise, path in (files or files_of(course)).items()]
    results = [result for _, result in grade_all(jobs, salt, Memory(course.root, salt))]
    return {r.exercise.name: r for r in results}, {r.exercise.name for r in results if r.remembered}


def change(path, old, new):
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_what_has_not_changed_is_remembered_as_it_was(small):
    change(small.root / "exercises" / "ex09_rnn_cell.py", " + b)", ")")
    first, remembered = run(small)
    assert remembered == set()
    again, remembered = run(small)
    assert remembered == set(first)
    for name in first:
        assert again[name].as_data() == first[name].as_data()
        assert again[name].chart == first[name].chart
    assert again["rnn_cell"].first_failure.diagnosis.startswith("The bias is missing")
    assert again["lstm_cell"].chart


@pytest.mark.exhaustive
def test_what_was_found_without_a_chart_is_found_again_where_charts_are_shown(small):
    [exercise] = [e for e in small.exercises if e.name == "lstm_cell"]
    jobs, memory = [Job(exercise, files_of(small)[exercise])], Memory(small.root, SALT)
    found = [result for charts in (False, False, True, False) for _, result in grade_all(jobs, SALT, memory, charts)]
    assert [result.remembered for result in found] == [False, True, False, True]
    assert [bool(result.chart) for result in found] == [False, False, True, True]
    assert [check.points for check in found[0].checks] == [check.points for check in found[2].checks]


def test_what_has_changed_is_graded_again(course):
    run(course)
    change(course.root / "exercises" / "ex09_rnn_cell.py", " + b)", ")")
    change(
        course.root / "tests" / "exercises" / "test_ex12_bptt.py", "import numpy as np", "import numpy as np  # once"
    )
    change(course.root / "tests" / "exercises" / "ex16_clipping.toml", "title", "# title\ntitle")
    results, remembered = run(course)
    assert remembered == {"lstm_cell"}
    assert results["rnn_cell"].status == "failed"
    unchanged = {exercise: path for exercise, path in files_of(course).items() if exercise.name == "lstm_cell"}
    assert run(course, salt="another", files=unchanged)[1] == set()


@pytest.mark.exhaustive
def test_what_cannot_be_read_or_written_is_not_remembered(small):
    files = {exercise: path for exercise, path in files_of(small).items() if exercise.name == "rnn_cell"}
    run(small, files=files)
    for place in (small.root / FOLDER).iterdir():
        place.write_bytes(place.read_bytes()[:-7])
    assert run(small, files=files)[1] == set()
    shutil.rmtree(small.root / FOLDER)
    (small.root / FOLDER).write_text("in the way")
    assert run(small, files=files)[1] == set()
    assert run(small, files=files)[1] == set()


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("source", "status"),
    quick(
        1,
        [
            ("while True: pass", "timeout"),
            ("import os; os._exit(1)", "error"),
            ("raise MemoryError", "error"),
            (RANDOM, "failed"),
        ],
    ),
)
def test_what_another_run_may_not_confirm_is_not_remembered(small, monkeypatch, source, status):
    monkeypatch.setattr(process, "LOAD_SECONDS", 0.7)
    (small.root / "exercises" / "ex09_rnn_cell.py").write_text(source)
    files = {exercise: path for exercise, path in files_of(small).items() if exercise.name == "rnn_cell"}
    assert run(small, files=files)[0]["rnn_cell"].status == status
    assert run(small, files=files)[1] == set()


def test_an_exception_of_the_students_is_remembered(small):
    change(small.root / "exercises" / "ex09_rnn_cell.py", "np.tanh(", "np.tanhh(")
    assert run(small)[0]["rnn_cell"].status == "error"
    assert "rnn_cell" in run(small)[1]


@pytest.mark.exhaustive
def test_nothing_is_remembered_of_a_copy(small):
    run(small)
    path = small.root / "exercises" / "ex09_rnn_cell.py"
    shutil.copy2(path, small.root / "copy.py")
    os.replace(small.root / "copy.py", path)
    results, remembered = run(small)
    assert set(results) - remembered == {"rnn_cell"}


@pytest.mark.exhaustive
def test_to_forget_removes_nothing_but_results(small):
    run(small)
    folder = small.root / FOLDER
    (folder / "ex09_rnn_cell.py").write_text("what somebody wrote")
    Memory(small.root, SALT).forget()
    assert [path.name for path in folder.iterdir()] == ["ex09_rnn_cell.py"]


def test_a_result_is_remembered_as_a_whole_or_not_at_all(small, monkeypatch):
    files = {exercise: path for exercise, path in files_of(small).items() if exercise.name == "rnn_cell"}
    run(small, files=files)
    place = small.root / FOLDER / "ex09_rnn_cell.result"
    before = place.read_bytes()

    def half(file, message, exact):
        file.write(b"half")
        raise OSError

    monkeypatch.setattr(remembered, "write_frame", half)
    change(small.root / "exercises" / "ex09_rnn_cell.py", " + b)", ")")
    assert run(small, files=files)[0]["rnn_cell"].status == "failed"
    assert place.read_bytes() == before
    assert list(place.parent.iterdir()) == [place]


linux_only = pytest.mark.skipif(not pool.FORKS, reason="elsewhere files are graded one by one, in one process")


@pytest.mark.exhaustive
@linux_only
def test_side_by_side_finds_what_one_by_one_finds(course, monkeypatch):
    monkeypatch.setattr("minigrad.course.grading.grade.CHART_SECONDS", 60.0)  # however busy the machine is
    change(course.root / "exercises" / "ex19_lstm_cell.py", "sigmoid(a_o) * np.tanh(c)", "sigmoid(a_o) * c")
    works = {
        Job(exercise, path): functools.partial(grade_source, exercise, path.read_text("utf-8"), path, SALT)
        for exercise, path in files_of(course).items()
    }
    one_by_one = {job: result.as_data() for job, result in pool._one_by_one(works)}
    for job, result in pool._side_by_side(works):
        theirs, ours = result.as_data(), one_by_one[job]
        for r in (theirs, ours):
            for timed in (r, *r["checks"]):
                del timed["seconds"]
        assert repr(theirs) == repr(ours)  # they hold arrays


@pytest.mark.exhaustive
@linux_only
@pytest.mark.parametrize("others", [("clipping",), ()])
@pytest.mark.parametrize("number", quick(1, ["SIGSTOP", "SIGKILL", "SIGTERM"]))
def test_a_file_that_ends_or_stops_the_judge_ends_neither_the_grader_nor_the_others(course, number, others):
    judges = f"[int(p) for p in open('/proc/{os.getpid()}/task/{os.getpid()}/children').read().split()]"
    murder = f"import os, signal, time\nfor judge in {judges}: os.kill(judge, signal.{number})\ntime.sleep(60)\n"
    (course.root / "exercises" / "ex09_rnn_cell.py").write_text(murder)
    Nursery.stop()  # it is one of the children
    before, started = children(os.getpid()), time.monotonic()
    results, _ = run(course, files={e: path for e, path in files_of(course).items() if e.name in ("rnn_cell", *others)})
    assert time.monotonic() - started < pool.JUDGE_SECONDS / 4
    assert "ended or stopped the process that grades it" in results["rnn_cell"].checks[0].message
    assert (results["rnn_cell"].status, results["rnn_cell"].points) == (Status.ERROR, 0)
    assert all(results[name].status == "passed" for name in others)
    Nursery.stop()
    until = time.monotonic() + 5.0
    while left := children(os.getpid()) - before:  # a keeper whose nursery and judge were ended does so by itself
        assert time.monotonic() < until, left


@pytest.fixture
def job(small):
    return Job(small.exercises[0], Path(small.exercises[0].file))


def infra(job):
    return failed_here(job.exercise, job.path, "why")


@pytest.mark.exhaustive
@linux_only
def test_a_judge_that_gives_no_answer_in_time_is_ended(job, monkeypatch):
    monkeypatch.setattr(pool, "JUDGE_SECONDS", 0.2)
    [(_, result)] = pool.judged({job: lambda: time.sleep(60)})
    assert "the process that grades it" in result.message


@linux_only
def test_no_file_in_a_cage_is_blamed_for_the_end_of_its_judge(job, monkeypatch):
    def end():
        os.kill(os.getpid(), signal.SIGKILL)

    ((_, free),) = pool.judged({job: end})
    monkeypatch.setattr(pool, "caged", lambda: True)
    ((_, caged),) = pool.judged({job: end})
    assert (free.status, caged.status) == (Status.ERROR, Status.INFRA)


@linux_only
def test_a_judge_that_raises_says_so(job):
    def work():
        raise OSError("no space left")

    [(_, result)] = pool.judged({job: work})
    assert (result.status, "OSError: no space left" in result.message) == (Status.INFRA, True)


@linux_only
def test_a_judge_does_not_take_all_memory(job):
    [(_, result)] = pool.judged({job: lambda: np.ones(pool.JUDGE_BYTES // 8)})
    assert (result.status, "MemoryError" in result.message) == (Status.INFRA, True)


@linux_only
def test_a_large_result_comes_whole(job):
    def work():
        result = infra(job)
        result.checks[0].counterexample = Counterexample({}, "f", {"x": np.arange(2.0e6)})
        return result

    [(_, result)] = pool.judged({job: work})
    assert (result.checks[0].counterexample.arguments["x"] == np.arange(2.0e6)).all()


@pytest.mark.parametrize("data", [{"points": 10}, {"checks": 1}, []])
def test_what_is_no_result_is_not_taken_for_one(job, data):
    frame = io.BytesIO()
    write_frame(frame, infra(job).as_data(), exact=True)
    said = frame.getvalue()
    assert pool.Judge(job, 0, 0, bytearray(said)).found() == infra(job)
    frame = io.BytesIO()
    write_frame(frame, {**infra(job).as_data(), **data} if data else ["list"], exact=True)
    found = pool.Judge(job, 0, 0, bytearray(frame.getvalue())).found()
    assert (found.status == Status.INFRA) if data else (found is None)  # in form these are a judge's own words
    for other in (said[:-1], b"", pickle.dumps(infra(job).as_data())):
        assert pool.Judge(job, 0, 0, bytearray(other)).found() is None


def test_what_goes_wrong_in_the_judge_is_its_own_and_the_others_are_graded(course, monkeypatch):
    def look(run, *_):
        if "bias" in run.source:
            raise ZeroDivisionError("in the judge")
        return original(run, *_)

    original = StudentProcess.load
    monkeypatch.setattr(StudentProcess, "load", look)
    path = course.root / "exercises" / "ex09_rnn_cell.py"
    path.write_text(path.read_text("utf-8") + "# bias\n", "utf-8")
    names = ("rnn_cell", "clipping")
    files = {e: path for e, path in files_of(course).items() if e.name in names}
    for _ in range(2):  # the second time it is not remembered
        results, remembered = run(course, files=files)
        rnn = results["rnn_cell"]
        assert {check.status for check in rnn.checks} == {Status.INFRA}
        says = "The grader itself failed here: ZeroDivisionError: in the judge. This is not your fault."
        assert (rnn.message, rnn.status, rnn.falls_short, rnn.remembered) == (says, Status.INFRA, True, False)
        assert results["clipping"].status == "passed"
    assert remembered == {"clipping"}


@pytest.mark.exhaustive
def test_no_student_changes_what_the_others_are_graded_on(course):
    """Neither the checks nor another student's file: all of that was read before."""
    files = files_of(course)
    first = next(iter(files.values()))
    vandal = f"import pathlib\nfor place in pathlib.Path({str(course.root)!r}).rglob('*.*'):\n"
    vandal += "    if place.is_file(): place.write_text('')\n"
    wrong = "def f(*a): return None\nclip_by_value = clip_by_global_norm = lstm_cell = bptt = f\n"
    for path in files.values():
        path.write_text(wrong)
    first.write_text(vandal)
    last = list(files.values())[-1]
    last.write_text((ROOT / "solutions" / last.name).read_text("utf-8"), "utf-8")
    results, _ = run(course)
    assert last.read_text() == ""
    assert {r.path.name: r.points for r in results.values() if r.points} == {last.name: 13}


@pytest.mark.skipif(os.name == "nt", reason="signals between processes are a thing of POSIX")
def test_ctrl_c_ends_all_of_it_at_once(course, tmp_path):
    for path in (course.root / "exercises").iterdir():
        path.write_text(f"import os, time\nopen(r'{tmp_path}/' + str(os.getpid()), 'w').close()\ntime.sleep(100)\n")
    command = [sys.executable, str(ROOT / "grader.py"), "--target", str(course.root / "exercises")]
    grader = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    started = []
    while not started:
        time.sleep(0.05)
        started = [int(path.name) for path in tmp_path.iterdir() if path.name.isdigit()]
    os.killpg(grader.pid, signal.SIGINT)  # as a terminal sends it
    out, err = grader.communicate(timeout=10)
    assert grader.returncode == 130
    assert err == b""
    assert b"Stopped." in out
    time.sleep(0.2)
    for pid in started:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
