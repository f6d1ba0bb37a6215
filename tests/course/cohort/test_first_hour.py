"""A teacher's first hour: folders become a table, a CSV that Canvas takes, and feedback."""

import csv

import pytest

from ..commands import typed
from .books import COURSE

RNN = COURSE.find("rnn_cell")
NAMES = ["Lovelace, Ada", "Hopper, Grace", "=cmd(), Zoë", "</script>", "Noether, Emmy"]
HEADS = "Student,ID,SIS User ID,SIS Login ID,Section,RNN (4711),Final Score"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Five students, of whom the last handed nothing in and the second a mistake; and Canvas' export of them."""
    folder = tmp_path_factory.mktemp("class")
    sources = [RNN.solution, RNN.mistakes[0].apply(RNN.solution), RNN.solution, "import nothing_of_that_name\n"]
    for k, source in enumerate(sources):
        (folder / "submissions" / f"u{k}").mkdir(parents=True)
        (folder / "submissions" / f"u{k}" / RNN.file).write_text(source, "utf-8")
    lines = [f'"{name}",{100 + k},,u{k},Lab,,' for k, name in enumerate(NAMES)]
    roster = "\n".join([HEADS, "    Points Possible,,,,,12,(read only)", *lines])
    (folder / "canvas.csv").write_text(f"\ufeff{roster}\n", "utf-8")
    (folder / "cohort.toml").write_text('title = "RNN"\n', "utf-8")
    return folder


@pytest.fixture(scope="module")
def graded(place):
    files = ["--csv", "grades.csv", "--canvas", "upload.csv", "--feedback", "feedback"]
    return typed("class", "submissions", "--roster", "canvas.csv", "--policy", "cohort.toml", *files, cwd=place)


def table(path, encoding="utf-8"):
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.reader(file, strict=True))


@pytest.mark.exhaustive
def test_a_table_shows_the_class(graded):
    assert graded.returncode == 0
    lines = [line.split() for line in graded.stdout.split("\n")]
    assert ["Lovelace,", "Ada", "12", "✓"] in [[word.rstrip("*") for word in line] for line in lines]
    assert "1 student: handed nothing in" in graded.stdout
    assert RNN.mistakes[0].says.split()[0] in graded.stdout
    assert "Written: grades.csv, upload.csv, feedback" in graded.stdout


@pytest.mark.exhaustive
def test_canvas_gets_its_lines_back(graded, place):
    assert not graded.stderr
    heads, points, *lines = table(place / "upload.csv")
    assert heads == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "RNN (4711)"]
    assert points[-1] == "12"
    assert [line[1] for line in lines] == ["100", "101", "102", "103", "104"]
    full, some, _, none, nothing = (line[-1] for line in lines)
    assert full == "12"
    assert 0 < int(some) < 12
    assert none == "0"
    assert nothing == ""
    assert lines[2][0] == "'=cmd(), Zoë"


@pytest.mark.exhaustive
def test_a_spreadsheet_gets_the_same_points(graded, place):
    assert not graded.stderr
    heads, *lines = table(place / "grades.csv", "utf-8-sig")
    assert [line[heads.index("score")] for line in lines] == [line[-1] for line in table(place / "upload.csv")[2:]]


@pytest.mark.exhaustive
def test_everybody_gets_feedback(graded, place):
    assert not graded.stderr
    names = {path.name for path in (place / "feedback").iterdir()}
    assert names == {f"u{k}{end}" for k in range(5) for end in (".md", ".html")}
    assert RNN.mistakes[0].says.split(".")[0].split()[-1] in (place / "feedback" / "u1.html").read_text("utf-8")


@pytest.mark.exhaustive
def test_what_canvas_cannot_take_is_said_before_anything_is_graded(place):
    done = typed("class", "submissions", "--canvas", "no.csv", cwd=place)
    assert done.returncode == 2
    assert "give that file as --roster" in done.stderr
    assert not (place / "no.csv").exists()


@pytest.mark.exhaustive
def test_the_roster_stays(place):
    done = typed("class", "submissions", "--roster", "canvas.csv", "--csv", "canvas.csv", cwd=place)
    assert done.returncode == 2
    assert "is read, so --csv cannot be written there" in done.stderr
