"""The store: what is written stays, whatever happens to whoever wrote it."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import textwrap
from datetime import UTC, datetime
from pathlib import Path

import pytest

from minigrad.course.catalogue.course import Course
from minigrad.course.cohort.policy import Late, Policy
from minigrad.course.cohort.records import UNTIMED, gradebook
from minigrad.course.cohort.store import Store, Version
from minigrad.course.cohort.submissions import WHOLE, Student, Submission
from minigrad.course.cohort.worker import Found
from minigrad.course.grading.grade import failed_here, without_running
from minigrad.course.results.status import Status
from minigrad.course.usage import UsageError

ROOT = Path(__file__).parents[3]
CELL, BPTT = "ex09_rnn_cell", "ex12_bptt"
NOW = Version("course", "grader", "whole")


@pytest.fixture(scope="module")
def exercise():
    return Course(ROOT).find("rnn_cell")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "results.sqlite"


def found(exercise, status=Status.FAILED, provisional=False):
    if status == Status.INFRA:
        result = failed_here(exercise, Path("x.py"), "no memory")
    else:
        result = without_running(exercise, Path("x.py"), status, "why")
    return Found(result.as_data(), result.status, "bwrap", provisional, 0.5)


def kept(store, exercise, file, version=NOW, counts=True, further=0, **what):
    with store.writing():
        store.keep(file, version, further, found(exercise, **what), 1, counts)


def waiting(store, further=0, trusted=True):
    return [file for stem in store.stems() for file in store.waiting(stem, further, trusted)]


def test_what_was_handed_in_is_read_back(path):
    student = Student("s,1", "Ada L.", "ada@example.org", {"ID": "7", "Section": "A\nB"})
    when = datetime(2026, 11, 20, 12, tzinfo=UTC)
    one = Submission(student, "ada/", {CELL: "x = 1"}, {BPTT: "a link"}, ["two files"], when)
    with Store(path) as store:
        store.take([one, Submission(Student("t"), "t", refused={WHOLE: "a bomb"})])
    with Store(path) as store:
        first, second = store.submissions()
        assert (first.student, first.student.roster) == (student, student.roster)
        assert (first.place, first.remarks, first.handed_in) == ("ada/", ["two files"], when)
        assert second.refused == {WHOLE: "a bomb"}
        files = store.files("s,1")
        assert store.source(files[CELL][0]) == "x = 1"
        assert files[BPTT] == ("", "a link")


def test_two_students_who_hand_in_the_same_are_graded_once(path):
    with Store(path) as store:
        store.take([Submission(Student(id), id, {CELL: "same"}) for id in "abc"])
        assert len(waiting(store)) == 1


def test_a_second_submission_takes_the_place_of_the_first(path):
    with Store(path) as store:
        store.take([Submission(Student("a"), "a", {CELL: "old", BPTT: "old"})])
        store.take([Submission(Student("a"), "a", {CELL: "new"})])
        assert [store.source(file.digest) for file in waiting(store)] == ["new"]


def test_who_is_no_longer_there_is_forgotten(path):
    with Store(path) as store:
        store.take([Submission(Student(id), id, {CELL: id}) for id in "abc"])
        store.forget_all_but({"a", "c"})
        assert [s.student.id for s in store.submissions()] == ["a", "c"]


def test_what_has_a_result_waits_no_more(path, exercise):
    with Store(path) as store:
        store.take([Submission(Student(id), id, {CELL: id}) for id in "ab"])
        first, second = waiting(store)
        kept(store, exercise, first)
        assert waiting(store) == [second]
        result = store.result(exercise, first.digest, Path("a/x.py"))
        assert (result.result.status, result.confinement, result.result.path) == (
            Status.FAILED,
            "bwrap",
            Path("a/x.py"),
        )


def test_trouble_of_the_graders_own_is_no_zero_and_tried_again(path, exercise):
    with Store(path) as store:
        store.take([Submission(Student("a"), "a", {CELL: "a"})])
        (file,) = waiting(store)
        kept(store, exercise, file, status=Status.INFRA)
        assert store.db.execute("SELECT points FROM results").fetchall() == [(None,)]
        assert waiting(store) == [file]
        kept(store, exercise, file, status=Status.FAILED)
        assert waiting(store) == []


def test_a_provisional_result_is_tried_again_where_confinement_is_strong(path, exercise):
    with Store(path) as store:
        store.take([Submission(Student("a"), "a", {CELL: "a"})])
        (file,) = waiting(store)
        kept(store, exercise, file, provisional=True)
        assert waiting(store, trusted=False) == []
        assert waiting(store, trusted=True) == [file]


def test_whoever_wants_further_examples_is_not_satisfied_by_fewer(path, exercise):
    with Store(path) as store:
        store.take([Submission(Student("a"), "a", {CELL: "a"})])
        (file,) = waiting(store)
        kept(store, exercise, file)
        assert waiting(store, further=100) == [file]


def test_what_was_lost_among_further_examples_is_not_given_back_by_a_version_that_saw_fewer(path, exercise):
    mended = Version("mended", "grader", "other")
    with Store(path) as store:
        store.take([Submission(Student("a"), "a", {CELL: "a"})])
        (file,) = waiting(store)
        kept(store, exercise, file, further=100)
        kept(store, exercise, file, mended, counts=False, status=Status.PASSED)
        assert store.further(file) == 100
        assert not store.has(file, mended)
        store.count(file, mended)
        assert store.result(exercise, file.digest, Path("x.py"), mended) is None
        assert store.result(exercise, file.digest, Path("x.py")).result.status == Status.FAILED
        kept(store, exercise, file, mended, counts=False, further=100, status=Status.ERROR)
        assert store.has(file, mended)
        store.count(file, mended)
        assert store.result(exercise, file.digest, Path("x.py")).result.status == Status.ERROR


@pytest.mark.parametrize("failed", [0, 100])
def test_a_verdict_is_found_beside_trouble_of_the_graders_own(path, exercise, failed):
    with Store(path) as store:
        store.take([Submission(Student("a"), "a", {CELL: "a"})])
        (file,) = waiting(store)
        kept(store, exercise, file, further=failed, counts=False, status=Status.INFRA)
        assert not store.has(file, NOW)
        kept(store, exercise, file, further=100 - failed, counts=False)
        assert store.has(file, NOW)
        assert store.result(exercise, file.digest, Path("x.py"), NOW).result.status == Status.FAILED


def test_a_mended_check_moves_no_grade_until_that_is_written(path, exercise):
    mended = Version("mended", "grader", "other")
    with Store(path) as store:
        store.take([Submission(Student("a"), "a", {CELL: "a"})])
        (file,) = waiting(store)
        kept(store, exercise, file)
        assert list(store.outdated(CELL, NOW)) == []
        assert list(store.outdated(CELL, mended)) == [file]
        kept(store, exercise, file, mended, counts=False, status=Status.PASSED)
        assert store.result(exercise, file.digest, Path()).result.status == Status.FAILED
        assert store.result(exercise, file.digest, Path(), mended).result.status == Status.PASSED
        with store.writing():
            store.count(file, mended)
        assert store.result(exercise, file.digest, Path()).result.status == Status.PASSED
        assert list(store.outdated(CELL, mended)) == []


def test_where_the_grader_failed_at_grading_again_the_grade_stays(path, exercise):
    mended = Version("mended", "grader", "other")
    with Store(path) as store:
        store.take([Submission(Student("a"), "a", {CELL: "a"})])
        (file,) = waiting(store)
        kept(store, exercise, file)
        kept(store, exercise, file, mended, counts=False, status=Status.INFRA)
        assert not store.has(file, mended)
        with store.writing():
            store.count(file, mended)
        assert store.result(exercise, file.digest, Path()).result.status == Status.FAILED


def test_results_may_be_written_while_it_is_looked_what_waits(path, exercise, monkeypatch):
    monkeypatch.setattr("minigrad.course.cohort.store.PAGE", 3)
    with Store(path) as store:
        store.take([Submission(Student(f"{n}"), "", {CELL: f"{n}"}) for n in range(10)])
        seen = []
        for file in store.waiting(CELL, 0, True):
            kept(store, exercise, file)
            seen.append(file)
        assert len({*seen}) == len(seen) == 10


def test_its_salt_is_a_secret_that_stays(path):
    with Store(path) as store:
        salt = store.salt
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with Store(path) as store:
        assert store.salt == salt
    with Store(path.with_name("other.sqlite")) as store:
        assert store.salt != salt
    with pytest.raises(UsageError, match="another salt"):
        Store(path, salt="other")


def test_only_one_run_has_it_open(path):
    with Store(path), pytest.raises(UsageError, match="another run has"):
        Store(path)


@pytest.mark.parametrize("what", [b"", b"student,points\n", None])
def test_a_file_of_something_else_is_left_as_it_is(path, what):
    if what is None:
        sqlite3.connect(path).executescript("CREATE TABLE other (a); INSERT INTO other VALUES (1)")
    else:
        path.write_bytes(what)
    before = path.read_bytes()
    if what == b"":  # as mktemp makes it
        Store(path).close()
    else:
        with pytest.raises(UsageError, match="Choose another --store"):
            Store(path)
        assert path.read_bytes() == before


def test_a_store_that_is_not_there_is_made_only_by_whoever_fills_it(path):
    with pytest.raises(UsageError, match="there is no store"):
        Store(path, make=False)
    assert not path.exists()


def test_what_was_written_survives_the_process_that_wrote_it(path):
    writes = f"""
        from pathlib import Path
        from minigrad.course.cohort.store import Store
        from minigrad.course.cohort.submissions import Student, Submission
        store = Store(Path({str(path)!r}))
        for n in range(1000):
            store.take([Submission(Student(f"{{n:04}}"), "", {{"ex09_rnn_cell": str(n)}})])
            print(n, flush=True)
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(writes)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    while (said := int(process.stdout.readline())) < 20:
        pass
    process.send_signal(signal.SIGKILL)
    said = int((process.communicate()[0].split() or [said])[-1])
    with Store(path) as store:
        assert len(store) >= said + 1


def test_a_full_disk_loses_nothing_that_was_written(path):
    with Store(path) as store:
        store.take([Submission(Student("a"), "a", {CELL: "x = 1"})])
        (pages,) = store.db.execute("PRAGMA page_count").fetchone()
        store.db.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(UsageError, match=r"disk is full\. All results that were written before are kept"):
            store.take([Submission(Student("b"), "b", {CELL: "x" * 100_000})])
        assert [one.student.id for one in store.submissions()] == ["a"]
    with Store(path) as store:
        store.take([Submission(Student("b"), "b", {CELL: "x" * 100_000})])
        assert [one.student.id for one in store.submissions()] == ["a", "b"]


def test_where_no_time_is_known_that_is_said_once_and_where_one_is_of_each_other(path):
    when = datetime(2026, 11, 20, 12, tzinfo=UTC)
    policy = Policy(late=Late(when, 0.1))
    with Store(path) as store:
        store.take([Submission(Student(id), id, {CELL: id}) for id in "ab"])
        book, said = gradebook(store, Course(ROOT), policy)
        assert said == [UNTIMED]
        assert not any(record.remarks for record in book.records)
        assert gradebook(store, Course(ROOT), Policy())[1] == []
        store.take([Submission(Student("c"), "c", {CELL: "c"}, handed_in=when)])
        book, said = gradebook(store, Course(ROOT), policy)
        assert said == []
        assert [len(record.remarks) for record in book.records] == [1, 1, 0]


def test_copies_are_files_of_two_for_the_same_exercise(path):
    with Store(path) as store:
        store.take([Submission(Student("a"), "a", {CELL: "x"}), Submission(Student("b"), "b", {CELL: "y"})])
        assert not store.has_copies()
        store.take([Submission(Student("c"), "c", {CELL: "x"})])
        assert store.has_copies()


def test_records_can_be_asked_for_by_their_place(path):
    ids = ["a", "b", "c", "d"]
    with Store(path) as store:
        store.take([Submission(Student(id), id, {CELL: id}) for id in reversed(ids)])
        records = gradebook(store, Course(ROOT), Policy())[0].records
        assert [record.student.id for record in records] == ids
        assert [records[n].student.id for n in range(-4, 4)] == ids + ids
        assert [record.student.id for record in records[1:3]] == ["b", "c"]
        with pytest.raises(IndexError):
            records[4]
