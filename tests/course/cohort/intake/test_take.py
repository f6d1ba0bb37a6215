"""The layouts of systems, read back as they write them; who is who; and what is no folder of submissions."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad.course.cohort.intake.layouts import LAYOUTS
from minigrad.course.cohort.intake.take import take
from minigrad.course.cohort.submissions import WHOLE
from minigrad.course.usage import UsageError

from .laid_out import CELL, COURSE, UNROLL, lay_out, read, summary, taken, zipped

CANVAS = {
    f"lovelaceada_101_555_{CELL}.py": "ada = 1",
    f"lovelaceada_101_556_{UNROLL}-2.py": "ada = 2",
    f"hoppergrace_LATE_102_557_{CELL}-1.py": "grace = 1",
    "leeann_103_558_work.zip": zipped({f"exercises/{CELL}.py": "ann = 1"}),
    "doejane_104_text.html": "<p>I did it</p>",
}
MOODLE = {
    f"Ada Lovelace_7001_assignsubmission_file_/{CELL}.py": "ada = 1",
    "Grace Hopper_7002_assignsubmission_file_/work.zip": zipped({f"{CELL}.py": "grace = 1"}),
    "Jane Doe_7003_assignsubmission_onlinetext_/onlinetext.html": "<p>I did it</p>",
}
GRADESCOPE = {
    "submission_metadata.yml": """\
submission_1:
  :submitters:
  - :name: Ada Lovelace
    :sid: s1
    :email: ada@example.org
  :created_at: 2026-04-26 17:34:00.861687000 Z
submission_2:
  :submitters:
  - :name: Grace Hopper
    :sid: s2
    :email: grace@example.org
  - :name: Ann Lee
    :sid:
    :email: ann@example.org
  :created_at: 2026-04-27 17:34:00.861687000 Z
""",
    f"submission_1/{CELL}.py": "ada = 1",
    f"submission_2/exercises/{CELL}.py": "grace = 1",
}


@pytest.fixture(params=["folder", "zip", "zip with a folder in it"])
def export(request, tmp_path):
    """An export as a folder, and as the zip that was downloaded."""

    def export(files, name="submissions"):
        if request.param == "folder":
            return lay_out(tmp_path / name, files)
        within = "" if request.param == "zip" else f"{name}/"
        (tmp_path / f"{name}.zip").write_bytes(zipped({within + file: text for file, text in files.items()}))
        return tmp_path / f"{name}.zip"

    return export


def sources(submissions):
    return {id: submission.sources for id, submission in submissions.items()}


def test_canvas(export):
    found = taken(export(CANVAS))
    assert sources(found) == {
        "101": {CELL: "ada = 1", UNROLL: "ada = 2"},
        "102": {CELL: "grace = 1"},
        "103": {CELL: "ann = 1"},
        "104": {},
    }
    assert found["102"].remarks == ["Canvas marks it as late."]
    assert "typed or linked in Canvas" in found["104"].refused[WHOLE]
    assert found["101"].student.name == "lovelaceada"
    assert not found["101"].refused


def test_canvas_in_anonymous_grading(export):
    files = {f"anon_x9fQ2_555_{CELL}.py": "a = 1", f"LATE_anon_b77aa_556_{CELL}.py": "b = 1"}
    found = taken(export(files), layout="canvas")
    assert sources(found) == {"anon_x9fQ2": {CELL: "a = 1"}, "anon_b77aa": {CELL: "b = 1"}}
    assert found["anon_b77aa"].remarks


def test_of_two_that_canvas_numbers_the_one_uploaded_last_is_taken(export):
    files = {f"leeann_103_9_{CELL}.py": "old = 1", f"leeann_103_10_{CELL}-1.py": "new = 1"}
    submission = taken(export(files))["103"]
    assert submission.sources == {CELL: "new = 1"}
    assert "it was handed in later" in submission.remarks[0]


def test_moodle(export):
    found = taken(export(MOODLE))
    assert sources(found) == {"7001": {CELL: "ada = 1"}, "7002": {CELL: "grace = 1"}, "7003": {}}
    assert found["7001"].student.name == "Ada Lovelace"
    assert "typed in Moodle" in found["7003"].refused[WHOLE]


def test_moodle_with_all_files_in_one_folder(export):
    files = {
        f"Ada Lovelace_7001_assignsubmission_file_{CELL}.py": "ada = 1",
        f"Ada Lovelace_7001_assignsubmission_file_{UNROLL}.py": "ada = 2",
        f"Participant_7002_assignsubmission_file_{CELL}.py": "x = 1",
    }
    found = taken(export(files))
    assert sources(found) == {"7001": {CELL: "ada = 1", UNROLL: "ada = 2"}, "7002": {CELL: "x = 1"}}
    assert found["7002"].student.name == ""


def test_gradescope(export):
    found = taken(export(GRADESCOPE, "assignment_42_export"))
    assert sources(found) == {
        "s1": {CELL: "ada = 1"},
        "s2": {CELL: "grace = 1"},
        "ann@example.org": {CELL: "grace = 1"},
    }
    assert found["s1"].handed_in == datetime(2026, 4, 26, 17, 34, tzinfo=UTC)
    assert found["s2"].remarks == ["It was handed in together with Ann Lee."]


def test_gradescope_without_what_it_names_or_with_what_it_does_not(tmp_path):
    files = dict(GRADESCOPE)
    files["submission_metadata.yml"] += "submission_3:\n  :submitters: []\n"
    files |= {f"submission_3/{CELL}.py": "x = 3", f"submission_4/{CELL}.py": "x = 4"}
    del files[f"submission_1/{CELL}.py"]
    found = taken(lay_out(tmp_path, files))
    assert found["s1"].refused[WHOLE] == "submission_metadata.yml names submission_1, which is not there."
    for number in "34":
        assert found[f"submission_{number}"].sources == {CELL: f"x = {number}"}
        assert found[f"submission_{number}"].remarks == ["submission_metadata.yml does not say whose it is."]


def test_classroom(export):
    files = {f"rnn-week-3-ada/{CELL}.py": "ada = 1", f"rnn-week-3-grace-h/exercises/{CELL}.py": "grace = 1"}
    found = taken(export(files, "rnn-week-3-submissions"))
    assert sources(found) == {"ada": {CELL: "ada = 1"}, "grace-h": {CELL: "grace = 1"}}


def test_classroom_in_a_folder_of_another_name(tmp_path):
    files = {f"rnn-3-ada/{CELL}.py": "ada = 1", f"rnn-3-grace-h/{CELL}.py": "grace = 1"}
    assert set(taken(lay_out(tmp_path, files), layout="classroom")) == {"ada", "grace-h"}


def test_classroom_with_its_roster(tmp_path):
    files = {f"rnn-3-ada-l/{CELL}.py": "ada = 1", "classroom_roster.csv": "identifier,github_username\ns1,ada-l\n"}
    lay_out(tmp_path, files)
    found = taken(tmp_path, layout="classroom", roster=tmp_path / "classroom_roster.csv")
    assert sources(found) == {"s1": {CELL: "ada = 1"}}


def test_folders_and_zips(tmp_path):
    files = {f"ada/{CELL}.py": "ada = 1", "grace.zip": zipped({f"{CELL}.py": "grace = 1"}), "README.md": ""}
    files |= {".DS_Store": "", f".ann/{CELL}.py": "ann = 1"}
    intake = take(lay_out(tmp_path, files), COURSE)
    assert intake.layout == "folders"
    assert sources(read(intake)) == {"ada": {CELL: "ada = 1"}, "grace": {CELL: "grace = 1"}}
    assert intake.aside == ["README.md", ".ann"]


def test_files(tmp_path):
    files = {
        f"ada_{CELL}.py": "ada = 1",
        f"ada_{UNROLL}.py": "ada = 2",
        f"ann-lee {CELL} (1).py": "ann = 1",
        "grace.zip": zipped({f"{CELL}.py": "grace = 1"}),
    }
    intake = take(lay_out(tmp_path, files), COURSE)
    assert intake.layout == "files"
    found = read(intake)
    assert sources(found) == {"ada": {CELL: "ada = 1", UNROLL: "ada = 2"}, "ann-lee": {}, "grace": {CELL: "grace = 1"}}
    assert found["ann-lee"].refused[CELL] == f"{CELL}.py is not there, but {CELL} (1).py is. Rename it to {CELL}.py."


# Written by the test, and read back.

IDS = st.integers(1, 10**7).map(str)
LETTERS = st.text("abcdefghijklmnopqrstuvwxyzäé", min_size=1, max_size=12)
WORDS = st.lists(LETTERS, min_size=1, max_size=3)
STEMS = st.sets(st.sampled_from([exercise.stem for exercise in COURSE.exercises]), min_size=1, max_size=3)
CLASS = st.dictionaries(IDS, st.tuples(WORDS, STEMS), min_size=1, max_size=4)


def written(layout, id, name, stem, number):
    """The path of one file in a layout, and the id that its student has."""
    match layout:
        case "folders":
            return f"{id} {' '.join(name)}/{'exercises/' * (number % 2)}{stem}.py", f"{id} {' '.join(name)}"
        case "files":
            return f"{'-'.join(name)}-{id}_{stem}.py", f"{'-'.join(name)}-{id}"
        case "canvas":
            late, again = "LATE_" * (number % 2), f"-{number}" * (number % 3 > 0)
            return f"{''.join(name)}_{late}{id}_{number + 1}_{stem}{again}.py", id
        case "moodle":
            return f"{' '.join(name)}_{id}_assignsubmission_file_/{stem}.py", id
        case "classroom":
            return f"week-3-{'-'.join(name)}-{id}/{stem}.py", f"{'-'.join(name)}-{id}"
        case "gradescope":
            return f"submission_{id}/{stem}.py", id


@pytest.mark.parametrize("layout", LAYOUTS)
@given(students=CLASS, data=st.data())
def test_what_is_laid_out_is_read_back(tmp_path_factory, layout, students, data):
    folder = tmp_path_factory.mktemp("example") / "week-3-submissions"
    expected, files, lines = {}, {}, []
    for id, (name, stems) in students.items():
        lines += [f"submission_{id}:", "  :submitters:", f"  - :name: '{' '.join(name)}'", f"    :sid: '{id}'"]
        for stem in stems:
            path, who = written(layout, id, name, stem, data.draw(st.integers(0, 9)))
            files[path] = f"x = {id!r}"
            expected.setdefault(who, {})[stem] = files[path]
    if layout == "gradescope":
        files["submission_metadata.yml"] = "\n".join(lines)
    lay_out(folder, files)
    intake = take(folder, COURSE, layout if layout == "folders" else None)  # those names may look like others
    assert intake.layout == layout
    assert sources(read(intake)) == expected
    assert not any(submission.refused for submission in read(intake).values())
    assert not intake.aside


def test_the_page_shows_every_layout():
    page = (COURSE.root / "docs" / "grading.md").read_text("utf-8")
    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)[: len(LAYOUTS)] == list(LAYOUTS)


# Students are told apart.


def test_a_roster_says_who_is_who_and_who_is_missing(tmp_path):
    lay_out(tmp_path / "in", CANVAS)
    lay_out(tmp_path, {"r.csv": 'Student,ID,SIS User ID,SIS Login ID\n"Doe, Al",109,s9,al\n"Lee, Ann",103,s3,ann\n'})
    found = taken(tmp_path / "in", roster=tmp_path / "r.csv")
    assert list(found) == ["s9", "s3", "104", "102", "101"]
    assert found["s3"].student.roster["SIS Login ID"] == "ann"
    assert found["s3"].sources == {CELL: "ann = 1"}
    assert found["s9"].sources == found["s9"].refused == {}
    assert found["s9"].place == ""
    assert found["s9"].remarks == ["Nothing was handed in."]
    assert found["101"].remarks == ["This is nobody in the roster."]
    assert found["101"].sources


def test_nobody_in_the_roster_does_not_pass_for_somebody_in_it(tmp_path):
    lay_out(tmp_path / "in", {f"x_103_5_{CELL}.py": "mine = 1"})
    lay_out(tmp_path, {"roster.csv": "id,name\n103,Ann Lee\n"})
    found = taken(tmp_path / "in", layout="canvas", roster=tmp_path / "roster.csv")
    assert found["103"].sources == {}
    assert found["103 (not in the roster)"].sources == {CELL: "mine = 1"}


def test_two_submissions_of_one_student_of_which_nobody_knows_the_later(tmp_path):
    lay_out(tmp_path / "in", {f"s1/{CELL}.py": "a = 1", f"Ann Lee/{CELL}.py": "b = 1", f"s2/{CELL}.py": "c = 1"})
    lay_out(tmp_path, {"roster.csv": "id,name\ns1,Ann Lee\ns2,Al Doe\n"})
    found = taken(tmp_path / "in", roster=tmp_path / "roster.csv")
    assert not found["s1"].sources
    assert "Ann Lee and s1" in found["s1"].refused[WHOLE]
    assert found["s2"].sources == {CELL: "c = 1"}


def test_of_two_submissions_of_one_student_the_later_counts(tmp_path):
    files = dict(GRADESCOPE)
    files["submission_metadata.yml"] = files["submission_metadata.yml"].replace("s2", "s1")
    found = taken(lay_out(tmp_path, files))
    assert found["s1"].sources == {CELL: "grace = 1"}
    assert "The last one counts: submission_2, and not submission_1." in found["s1"].remarks[-1]


def test_an_id_is_any_text_and_leads_nowhere(tmp_path):
    yml = "submission_1:\n  :submitters:\n  - :name: x\n    :sid: ../../x\n"
    lay_out(tmp_path / "in", {"submission_metadata.yml": yml, f"submission_1/{CELL}.py": "a = 1"})
    assert sources(taken(tmp_path / "in")) == {"../../x": {CELL: "a = 1"}}


def test_the_name_of_a_folder_does_not_steer_what_shows_it(tmp_path):
    lay_out(tmp_path, {f"ada\x1b[2J/{CELL}.py": "a = 1"})
    intake = take(tmp_path, COURSE)
    assert intake.found[0].student.id == "ada\\x1b[2J"
    assert all(line.isprintable() for line in summary(intake).lines())


def test_the_summary_is_no_command_to_a_runner(tmp_path):
    lay_out(tmp_path, {f"ada/{CELL}.py": "a = 1", "::error::x/y.txt": ""})
    said = "\n".join(summary(take(tmp_path, COURSE)).lines())
    assert ":error:" in said
    assert "::error::" not in said


# Some folders hold no submissions.


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({}, "there is nobody's submission. It is empty."),
        ({"notes.txt": ""}, "It holds notes.txt. Give a folder in which there is a folder, a zip or files named after"),
        ({"ada/": "", "grace/essay.pdf": ""}, "there is no exercise's file. 2 submissions in the layout 'folders'"),
        ({f"week3/ada/work/deep/{UNROLL[:4]}.txt": "", "week3/x/": ""}, None),
        ({f"{CELL}.py": ""}, "is the work of one student"),
        ({"grader.py": "", f"exercises/{CELL}.py": ""}, "is a course"),
        ({f"exercises/{CELL}.py": "", "tests/": ""}, "is a course"),
    ],
)
def test_what_is_no_folder_of_submissions_is_said(tmp_path, files, why):
    lay_out(tmp_path, files)
    if why is None:
        assert take(tmp_path, COURSE)
        return
    with pytest.raises(UsageError, match=re.escape(why)):
        take(tmp_path, COURSE)


def test_a_folder_of_the_course_itself_is_no_folder_of_submissions():
    for place in (COURSE.root, COURSE.root / "exercises"):
        with pytest.raises(UsageError, match="for each student"):
            take(place, COURSE)


def test_a_place_that_is_not_there_is_said(tmp_path):
    with pytest.raises(UsageError, match="is not there"):
        take(tmp_path / "none", COURSE)
    with pytest.raises(UsageError, match="is neither a folder nor a zip"):
        take(lay_out(tmp_path, {"a.txt": ""}) / "a.txt", COURSE)
    with pytest.raises(UsageError, match="is no zip that can be read"):
        take(lay_out(tmp_path, {"a.zip": ""}) / "a.zip", COURSE)


def test_a_layout_that_is_another_is_said(tmp_path):
    lay_out(tmp_path, MOODLE)
    with pytest.raises(UsageError, match="it looks like moodle"):
        take(tmp_path, COURSE, "canvas")
    with pytest.raises(UsageError, match="there is no layout 'blackboard'"):
        take(tmp_path, COURSE, "blackboard")


def test_a_folder_too_high_says_what_to_type(tmp_path):
    lay_out(tmp_path, {f"a/b/c/d/e/f/g/h/i/j/{CELL}.py": "x = 1"})
    with pytest.raises(UsageError, match=re.escape(f"such as {tmp_path}/a")):
        take(tmp_path, COURSE)


# The summary comes before anything is graded.


def test_the_summary_counts_everything(tmp_path):
    lay_out(tmp_path / "in", {**CANVAS, "essay.txt": ""})
    lay_out(tmp_path, {"r.csv": 'Student,ID,SIS User ID,SIS Login ID\n"Doe, Al",109,s9,al\n"Lee, Ann",103,s3,ann\n'})
    said = summary(take(tmp_path / "in", COURSE, roster=tmp_path / "r.csv"))
    assert said.submissions == 4
    assert said.files == {CELL: 3, UNROLL: 1}
    assert said.refused == [("doejane", "It was typed or linked in Canvas. Hand in the exercises' files.")]
    assert said.unknown == ["104", "102", "101"]
    assert said.without == ["Doe, Al"]
    assert said.aside == ["essay.txt"]
    text = "\n".join(said.lines())
    assert "4 submissions, in the layout 'canvas'." in text
    assert f"  3 files for {CELL}" in text
    assert "In the roster, and without a submission (1): Doe, Al" in text


@pytest.mark.parametrize("inside", ["{}/ex09_rnn_cell.py", "{}/week 3/ex09_rnn_cell.py"])
def test_a_zip_of_the_folder_of_a_class_is_that_class(tmp_path, inside):
    files = {f"hw/{inside.format(name)}": f"{name} = 1" for name in ("ada", "al", "ann")}
    mac = {"__MACOSX/hw/._ada": b"\0", "hw/.DS_Store": b"\0"}
    lay_out(tmp_path, {"hw.zip": zipped({**files, **mac})})
    assert {id: s.sources for id, s in taken(tmp_path / "hw.zip").items()} == {
        name: {CELL: f"{name} = 1"} for name in ("ada", "al", "ann")
    }
    with take(lay_out(tmp_path / "in", files), COURSE) as intake:
        assert [found.place for found in intake.found] == ["hw/ada", "hw/al", "hw/ann"]


@pytest.mark.parametrize(
    "names", [("old", "new"), ("exercises", "solutions", "mine"), ("grader.py/exercises", "a/x", "a/y", "b")]
)
def test_what_one_student_handed_in_is_no_class(tmp_path, names):
    assert list(taken(lay_out(tmp_path, {f"ada/{name}/{CELL}.py": "x = 1" for name in names}))) == ["ada"]


def test_which_inner_folder_was_taken_is_said_and_a_given_layout_is_not_overruled(tmp_path):
    lay_out(tmp_path, {f"ada/{name}/{CELL}.py": "x = 1" for name in ("draft1", "draft2", "final")})
    with take(tmp_path, COURSE) as intake:
        said = "They are those in ada, the only folder there. If it is one student's, give --layout folders."
        assert said in summary(intake).lines()
    assert list(taken(tmp_path, layout="folders")) == ["ada"]
    with take(tmp_path, COURSE, layout="folders") as intake:
        assert "the only folder" not in "".join(summary(intake).lines())


def test_an_export_in_a_folder_is_found_where_its_layout_is_given(tmp_path):
    lay_out(tmp_path, {f"export/{name}": content for name, content in GRADESCOPE.items()})
    assert "s1" in taken(tmp_path, layout="gradescope")


def test_who_a_file_was_refused_of_is_said_by_name(tmp_path):
    lay_out(
        tmp_path, {f"in/ada/{CELL}.py": "", f"in/al/{CELL}.py": "x = 1", "r.csv": 'id,name,user\n7,"Lee, Ada",ada\n'}
    )
    said = "\n".join(summary(take(tmp_path / "in", COURSE, roster=tmp_path / "r.csv")).lines())
    assert f"Something was refused (1):\n    Lee, Ada: ada/{CELL}.py is empty." in said


def test_a_notebook_should_be_called_as_the_exercise_and_not_as_canvas_calls_it(tmp_path):
    files = {f"leeann_103_558_{CELL}-1.py": '{"cells": []}', f"leeann_103_559_{UNROLL}.py": "x = 1"}
    why = taken(lay_out(tmp_path / "in", files))["103"].refused[CELL]
    assert why.startswith(f"leeann_103_558_{CELL}-1.py is a notebook")
    assert why.endswith(f"put that here as {CELL}.py.")


def test_nothing_is_kept_of_what_was_read(tmp_path):
    intake = take(lay_out(tmp_path, {f"{i}/{CELL}.py": f"x = {i}" for i in range(9)}), COURSE)
    first, again = read(intake), read(intake)
    assert first == again
    assert first["0"] is not again["0"]
