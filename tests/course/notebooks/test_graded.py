"""The last cell of a notebook grades what was run above it, as the grader does."""

import json
import os
import sys
import types

import pytest

from minigrad.course.catalogue.course import Course
from minigrad.course.notebooks.graded import grade_this_notebook, is_free

from ..commands import ROOT, typed

EXERCISE = Course(ROOT).find("rnn_cell")
FILE = EXERCISE.file


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Grade these cells as a notebook in this folder does, and return what is printed."""

    def run(*cells, course=ROOT):
        monkeypatch.setitem(sys.modules, "__main__", types.SimpleNamespace(In=["", *cells]))
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("FORCE_COLOR", "1")
        grade_this_notebook(EXERCISE.stem, course=str(course))
        return capsys.readouterr().out

    return run


def cells_of(source):
    return source.split("# %%")[2:-1]


def test_what_is_right_gets_all_points_and_what_is_wrong_its_sentence(run, tmp_path):
    cells = cells_of(EXERCISE.solution)
    said = run(*cells, cells[0], "import os\nprint(os.name)", "x = 1 /")
    assert "12 of 12 points" in said
    assert "\x1b" not in said
    mistake = EXERCISE.mistakes[0]
    said = run(*cells, *cells_of(mistake.apply(EXERCISE.solution)))
    assert mistake.says in " ".join(said.split())
    assert "Next: change your cells, run them, and then this one." in said
    assert (tmp_path / FILE).read_text("utf-8").startswith(f"# Made of the cells of {EXERCISE.stem}.ipynb, anew")


def test_what_is_untouched_is_not_written(run, tmp_path):
    for _ in range(2):  # the first time leaves a file
        cells = cells_of(EXERCISE.skeleton)
        assert "9 rnn_cell, 0 of 12 points" in run(*cells, cells[0])
    typed("rnn_cell", "--target", tmp_path, "--json", tmp_path / "results.json")
    assert json.loads((tmp_path / "results.json").read_text("utf-8"))["exercises"][0]["status"] == "not_started"


def test_what_was_not_run_is_named_and_nothing_is_written(run, tmp_path):
    said = run(cells_of(EXERCISE.solution)[0])
    assert said == (
        "Not run yet: second_state, can_be_five, rnn_cell. Run the cells above, and then this one.\n"
        "If no cell has that, this notebook is older than the exercise: move it away, and make it anew by grader.py "
        "notebooks.\n"
    )
    assert not (tmp_path / FILE).exists()


def test_a_file_that_somebody_wrote_is_not_written_over(run, tmp_path):
    (tmp_path / FILE).write_text("mine", "utf-8")
    assert "is not made of this notebook, so it is not written over" in run(*cells_of(EXERCISE.solution))
    assert (tmp_path / FILE).read_text("utf-8") == "mine"


def test_a_made_file_is_free_until_somebody_writes_in_it(run, tmp_path):
    file = tmp_path / FILE
    run(*cells_of(EXERCISE.solution))
    made = file.read_bytes()
    for content, free in [
        (made, True),
        (made.replace(b"\n", b"\r\n"), True),
        (EXERCISE.skeleton.replace("\n", "\r\n").encode(), True),
        (made + b"mine = 1\n", False),
        (made.replace(b"np.tanh", b"np.sin"), False),
    ]:
        file.write_bytes(content)
        assert is_free(EXERCISE, file) == free
    run(*cells_of(EXERCISE.solution))
    assert file.read_bytes() == content
    os.truncate(file, 1 << 40)  # a file with a hole, larger than any memory
    assert not is_free(EXERCISE, file)


def test_a_course_that_is_elsewhere_is_asked_for(run, tmp_path):
    assert f"The course is not in {tmp_path}." in run(*cells_of(EXERCISE.solution), course=tmp_path)


@pytest.mark.exhaustive
@pytest.mark.filterwarnings("default")  # of packages for notebooks
def test_jupyter_runs_a_notebook_and_shows_the_verdict(tmp_path, monkeypatch):
    for package in ("jupytext", "nbclient", "ipykernel"):
        pytest.importorskip(package, reason="notebooks are run where jupytext, nbclient and ipykernel are installed")
    import nbclient
    import nbformat

    monkeypatch.setenv("PYTHONPATH", str(ROOT))  # also where minigrad is not installed
    mistake = EXERCISE.mistakes[0]
    (tmp_path / FILE).write_text(EXERCISE.solution, "utf-8")
    assert typed("notebooks", tmp_path / "notebooks", "--target", tmp_path).returncode == 0
    book = nbformat.read(tmp_path / "notebooks" / f"{EXERCISE.stem}.ipynb", 4)
    *_, last = book.cells
    wrong = nbformat.v4.new_code_cell(mistake.apply(EXERCISE.solution).split("# %%")[-2])
    book.cells += [wrong, nbformat.v4.new_code_cell(last.source)]
    nbclient.NotebookClient(book, timeout=60, resources={"metadata": {"path": tmp_path / "notebooks"}}).execute()
    first, second = ("".join(output["text"] for output in cell.outputs) for cell in (book.cells[-3], book.cells[-1]))
    assert "12 of 12 points" in first
    assert mistake.says in " ".join(second.split())
