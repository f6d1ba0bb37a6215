"""Outputs are written whole, and over nothing but outputs."""

import json
import os

import pytest

from minigrad.course.cohort import outputs
from minigrad.course.cohort.submissions import Student
from minigrad.course.results.status import Status
from minigrad.course.usage import UsageError

from ..books import book

PASSED = [Status.PASSED] * 3


def test_every_kind_has_a_place_and_a_sentence():
    assert outputs.OUTPUTS.keys() == outputs.FILES.keys() | outputs.FOLDERS.keys()


def test_a_file_is_written_and_written_again(tmp_path):
    path = tmp_path / "grades.csv"
    for gradebook in (book([PASSED, PASSED], [PASSED, PASSED]), book([PASSED, PASSED])):
        assert outputs.require_writable({"csv": path}) == set()
        outputs.write("csv", path, gradebook)
        assert len(path.read_text("utf-8").splitlines()) == 1 + len(gradebook.records)
    assert os.listdir(tmp_path) == ["grades.csv"]


def test_standard_output_gets_the_same(tmp_path, capfdbinary):
    gradebook = book([PASSED, PASSED])
    outputs.write("jsonl", outputs.STDOUT, gradebook)
    outputs.write("jsonl", tmp_path / "all.jsonl", gradebook)
    assert capfdbinary.readouterr().out == (tmp_path / "all.jsonl").read_bytes()


@pytest.mark.parametrize("name", [*outputs.FILES, *outputs.FOLDERS])
def test_no_output_holds_a_command_to_a_runner(name, tmp_path):
    command = "##vso[task.complete result=Succeeded]"
    gradebook = book([PASSED, [Status.FAILED] * 3])
    (record,) = gradebook.records
    record.student = Student(command, command, command, {"Student": command, "ID": "7", "Section": command})
    record.remarks, record.place = [command], command
    check = record.grades[1].result.checks[0]
    check.message = check.diagnosis = check.output = command
    if name == "dashboard":
        pytest.importorskip("jinja2")
    outputs.write(name, tmp_path / name, gradebook)
    written = [tmp_path / name] if name in outputs.FILES else list((tmp_path / name).iterdir())
    for path in written:
        assert "task.complete" in path.read_text("utf-8")
        assert "##vso[" not in path.read_text("utf-8") + path.name


def test_a_pipe_is_written_to_and_stays_one(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert outputs.require_writable({"jsonl": pipe}) == {pipe}
    with os.fdopen(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK), "rb") as reader:
        outputs.write("jsonl", pipe, book([PASSED, PASSED]), pipe=True)
        assert json.loads(reader.read())["id"] == "s0"
    assert pipe.is_fifo()


@pytest.mark.parametrize("name", ["feedback", "gradescope", "junit"])
def test_a_folder_gets_files_for_each_student_and_again(tmp_path, name):
    folder, ends = tmp_path / "each", outputs.FOLDERS[name]
    for _ in range(2):
        outputs.require_writable({name: folder})
        outputs.write(name, folder, book([PASSED, PASSED], [PASSED, PASSED]))
    assert sorted(os.listdir(folder)) == sorted(f"s{k}{end}" for k in range(2) for end in ends)


def test_a_folder_of_submissions_is_not_written_into(tmp_path):
    (tmp_path / "smith").mkdir()
    with pytest.raises(UsageError, match="holds smith, which --feedback has not written"):
        outputs.require_writable({"feedback": tmp_path})


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"csv": "there/x.csv"}, "there is no folder"),
        ({"csv": "roster.txt"}, "is no .csv file; it is not overwritten"),
        ({"csv": "x.csv", "canvas": "x.csv"}, "cannot be written to the same place"),
        ({"feedback": "there/x"}, "there is no folder"),
        ({"feedback": "roster.txt"}, "it is no folder"),
        ({"feedback": "-"}, "Give it the name of a folder"),
    ],
)
def test_what_cannot_be_written_is_said_before_anything_is_graded(tmp_path, monkeypatch, given, why):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "roster.txt").write_text("id\nsmith\n")
    with pytest.raises(UsageError, match=why):
        outputs.require_writable({name: type(tmp_path)(path) for name, path in given.items()})


def test_that_canvas_will_know_nobody_is_said_before_anything_is_graded():
    with pytest.raises(UsageError, match="take Grades, Export"):
        outputs.require_known(["csv", "canvas"], [record.student for record in book([PASSED, PASSED]).records])
    outputs.require_known(["csv"], [])


def test_the_roster_is_not_written_over(tmp_path):
    roster = tmp_path / "class.csv"
    roster.write_text("id\nsmith\n")
    given = {"jsonl": tmp_path / "all.jsonl", "csv": tmp_path / "." / "class.csv"}
    with pytest.raises(UsageError, match="is read, so --csv cannot be written there"):
        outputs.require_writable(given, read=iter([roster, tmp_path / "no.toml"]))
