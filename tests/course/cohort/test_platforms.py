"""One submission, graded as Gradescope and GitHub Classroom do it: whatever its file does, there is a result."""

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest

from minigrad.course.catalogue.course import Course
from minigrad.course.cohort import platforms
from minigrad.course.cohort.platforms import NO_VERDICT
from minigrad.course.grading.reading import not_there
from minigrad.course.reports.formats.classroom import encoded
from minigrad.course.student.cage import probe

from ..commands import ROOT, typed


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course of two small exercises, gate and door."""
    folder = tmp_path_factory.mktemp("course")
    for name in ("gate", "door"):
        assert typed("new", name, root=folder, cwd=folder).returncode == 0
    return folder


@pytest.fixture(scope="module")
def solutions(course):
    return {exercise.file: exercise.solution for exercise in Course(course).exercises}


def python(folder):
    """A virtual environment, as far as it is needed: one that has what this one has."""
    program = folder / "venv" / "bin" / "python"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', "utf-8")
    program.chmod(0o755)


def unpack(data, folder):
    """As unzip does it, with the modes of files."""
    with zipfile.ZipFile(data) as archive:
        for info in archive.infolist():
            Path(archive.extract(info, folder)).chmod(info.external_attr >> 16)


# Gradescope.


@pytest.fixture(scope="module")
def image(course, tmp_path_factory):
    """The /autograder that Gradescope builds, somewhere else."""
    root = tmp_path_factory.mktemp("image") / "autograder"
    done = typed("autograder", "gradescope", root.parent / "out.zip", "--minutes", "1", root=course, cwd=course)
    assert (done.returncode, done.stderr) == (0, "")
    unpack(root.parent / "out.zip", root / "source")
    python(root / "source")
    shutil.copy2(root / "source" / "run_autograder", root)
    return root


@pytest.fixture
def programs(tmp_path):
    """A PATH on which there is what scripts need, and nothing that makes a cage."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name in ("bash", "cat", "mkdir", "od", "sh", "tr"):
        (folder / name).symlink_to(shutil.which(name))
    return str(folder)


@pytest.fixture
def gradescope(image, tmp_path, programs):
    """Do as Gradescope does for a submission: in a container of its own, it runs run_autograder and reads results."""

    def gradescope(files, metadata=None, then=None, found_in=programs, folder=tmp_path):
        root = folder / "autograder"
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(image, root, symlinks=True)
        (root / "submission").mkdir()
        (root / "results").mkdir()
        for name, text in files.items():
            path = root / "submission" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.replace("ROOT", str(root)), "utf-8")
        if metadata is not None:
            (root / "submission_metadata.json").write_text(metadata, "utf-8")
        if then:
            then(root)
        done = subprocess.run(
            [root / "run_autograder"],
            cwd=root,
            env={**os.environ, "AUTOGRADER": str(root), "PATH": found_in},
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        assert (root / "results" / "results.json").is_file(), done.stderr
        result = json.loads((root / "results" / "results.json").read_text("utf-8"))
        require_form(result)
        return result, done

    return gradescope


def require_form(result):
    """Require the form that Gradescope asks of results.json."""
    assert isinstance(result.get("output", ""), str)
    assert result.get("output_format", "text") == "text"
    assert "score" in result or any("score" in test for test in result["tests"])
    for test in result.get("tests", []):
        assert test["name"]
        assert test.get("status", "failed") in ("passed", "failed")
        assert 0 <= test.get("score", 0) <= test.get("max_score", 0)
    json.dumps(result, allow_nan=False)


def points(result):
    return sum(test.get("score", 0) for test in result["tests"])


@pytest.mark.exhaustive
def test_what_is_right_has_all_points(gradescope, solutions):
    result, done = gradescope({f"my course/exercises/{name}": text for name, text in solutions.items()})
    assert done.returncode == 0
    assert points(result) == sum(test["max_score"] for test in result["tests"]) == 10
    assert "score" not in result
    assert "output" not in result


@pytest.mark.exhaustive
def test_what_is_said_of_what_was_handed_in_is_shown_to_the_student(gradescope, solutions):
    files = {"ex01_gate.py": solutions["ex01_gate.py"], "ex02_door (1).py": solutions["ex02_door.py"]}
    result, _ = gradescope(files, then=lambda root: os.mkfifo(root / "submission" / "pipe.py"))
    assert points(result) == 5
    assert result["output"] == "ex02_door.py is not there, but ex02_door (1).py is. Rename it to ex02_door.py."
    outputs = {test["output"] for test in result["tests"] if not test["score"]}
    assert outputs == {result["output"]}


@pytest.mark.exhaustive
def test_a_file_that_was_refused_is_not_said_to_be_missing(gradescope, solutions):
    result, _ = gradescope({"ex01_gate.py": solutions["ex01_gate.py"], "ex02_door.py": '{"cells": []}'})
    outputs = {test["output"] for test in result["tests"] if not test["score"]}
    (said,) = outputs
    assert said.startswith("ex02_door.py is a notebook under another name.")


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    "source",
    [
        pytest.param("import os; os._exit(0)", id="exits"),
        pytest.param('open("ROOT/results/results.json", "w").write("""{"score": 100}""")', id="writes results"),
        pytest.param(
            'import os; os.unlink("ROOT/results/results.json"); os.mkdir("ROOT/results/results.json")',
            id="puts a folder in the place of results",
        ),
        pytest.param("import os, signal; os.kill(os.getppid(), signal.SIGKILL)", id="kills its keeper"),
    ],
)
def test_whatever_a_file_does_the_other_has_its_points_and_it_has_none(gradescope, solutions, source):
    result, _ = gradescope({"ex01_gate.py": source, "ex02_door.py": solutions["ex02_door.py"]})
    assert points(result) == 5
    assert "score" not in result


@pytest.mark.exhaustive
@pytest.mark.skipif(not probe().strong, reason="no cage can be had here")
def test_where_a_cage_can_be_had_a_file_is_kept_in_it(gradescope, solutions):
    """Also where each exercise is graded by itself, since the grader fails at one of them."""
    files = dict(solutions)
    files["ex01_gate.py"] = 'open("ROOT/results/note", "w")\n' + files["ex01_gate.py"]
    for then, sound in ((None, 5), (lambda root: break_the_grader(root, "ex02*"), 0)):
        with tempfile.TemporaryDirectory() as folder:
            result, done = gradescope(files, then=then, found_in=os.environ["PATH"], folder=Path(folder))
        assert points(result) == sound
        assert "no cage" not in done.stdout
    _, done = gradescope(solutions)
    assert "There is no cage here" in done.stdout


def test_why_a_file_was_not_taken_is_known_by_what_the_grader_says_of_it(course, tmp_path):
    grading = platforms.Grading(Course(course), "gradescope", "", 1, tmp_path)
    for files, told in (({"essay.txt": ""}, []), ({"ex01_gate.txt": ""}, [not_there("ex01_gate.py")])):
        folder = tmp_path / next(iter(files)).replace(".", "_")
        folder.mkdir()
        for name, text in files.items():
            (folder / name).write_text(text, "utf-8")
        grading.take(folder, Course(course).exercises)
        assert list(grading.refused) == told
        assert grading.said


@pytest.mark.exhaustive
def test_nothing_handed_in_is_said(gradescope):
    result, _ = gradescope({"essay.txt": "I did it."})
    assert points(result) == 0
    assert "There is: essay.txt." in result["output"]


def break_the_grader(root, names="ex*"):
    for checks in (root / "source" / "course" / "tests" / "exercises").glob(f"test_{names}.py"):
        checks.write_text("import nothing", "utf-8")


EARLIER = '{"previous_submissions": [{"score": 7.0}, {"score": "3.5"}, {"score": null}]}'


@pytest.mark.parametrize(
    ("metadata", "score"),
    [
        (EARLIER, 3.5),
        ('{"previous_submissions": []}', 0.0),
        ('{"previous_submissions": {"score": 3}, "assignment": []}', 0.0),
        ('{"previous_submissions": [{"score": NaN}, {"score": -1}, [], 3], "assignment": {"total_points": []}}', 0.0),
        ("[]", 0.0),
        ("{", 0.0),
        (None, 0.0),
    ],
)
def test_where_there_is_no_verdict_an_earlier_score_stays(tmp_path, monkeypatch, course, metadata, score):
    monkeypatch.setattr(platforms.Grading, "take", lambda *_: 1 / 0)
    if metadata:
        (tmp_path / "submission_metadata.json").write_text(metadata, "utf-8")
    platforms.gradescope(Course(course), tmp_path, Course(course).exercises, "0", 60)
    result = json.loads((tmp_path / "results" / "results.json").read_text("utf-8"))
    require_form(result)
    assert result["score"] == score
    assert result["output"].startswith(NO_VERDICT)
    assert [test["name"] for test in result["tests"]] == ["gate: no verdict", "door: no verdict"]


@pytest.mark.exhaustive
def test_where_the_grader_fails_an_earlier_score_stays_and_it_is_no_verdict(gradescope, solutions):
    result, _ = gradescope(solutions, EARLIER, then=break_the_grader)
    assert result["score"] == 3.5
    assert result["output"].startswith(NO_VERDICT)
    assert not any("score" in test for test in result["tests"])


@pytest.mark.exhaustive
def test_where_the_grader_fails_at_one_exercise_the_others_have_their_points(gradescope, solutions):
    result, _ = gradescope(solutions, then=lambda root: break_the_grader(root, "ex01*"))
    assert points(result) == 5
    assert "score" not in result
    assert "Of gate there is no verdict." in result["output"]


@pytest.mark.exhaustive
def test_where_the_image_is_broken_that_is_said(gradescope, solutions):
    result, done = gradescope(solutions, then=lambda root: shutil.rmtree(root / "source" / "venv"))
    assert done.returncode != 0
    assert "no verdict" in result["output"]


@pytest.mark.exhaustive
def test_another_number_of_points_is_told_the_teacher_alone(gradescope, solutions):
    result, done = gradescope(solutions, '{"assignment": {"total_points": "100.0"}}')
    assert "The assignment has 100 points in Gradescope, and these exercises 10." in done.stdout
    assert "output" not in result


@pytest.mark.exhaustive
def test_the_image_has_no_solutions_and_its_scripts_can_be_run(image):
    source = image / "source"
    assert not list(source.rglob("solutions"))
    for name in ("setup.sh", "run_autograder"):
        assert os.access(source / name, os.X_OK)
        assert (source / name).read_text("utf-8").startswith("#!/usr/bin/env bash\n")
        assert subprocess.run(["bash", "-n", source / name], check=False, timeout=60).returncode == 0


@pytest.mark.exhaustive
def test_setup_takes_the_newest_python_and_installs_the_course(image, tmp_path):
    """With programs that only write down what they are told: the real ones need the network."""
    root, programs = tmp_path / "autograder", tmp_path / "programs"
    shutil.copytree(image, root)
    shutil.rmtree(root / "source" / "venv")
    programs.mkdir()
    fake = f"""#!/bin/bash
echo "$0 $*" >> {tmp_path}/log
[ "$1 $2" = "-m venv" ] && mkdir -p "$3/bin" && cp "$0" "$3/bin/python"
exit 0
"""
    for name in ("apt-get", "python3.11", "python3.12"):
        (programs / name).write_text(fake, "utf-8")
        (programs / name).chmod(0o755)
    environment = {"PATH": f"{programs}:/usr/bin:/bin", "AUTOGRADER": str(root)}
    subprocess.run(["bash", root / "source" / "setup.sh"], env=environment, check=True, timeout=60)
    log = (tmp_path / "log").read_text("utf-8").replace(str(root), "ROOT").splitlines()
    assert log[-3].endswith("python3.12 -m venv ROOT/source/venv")
    assert log[-2] == "ROOT/source/venv/bin/python -m pip install --quiet --editable ROOT/source/course"
    assert "install --yes python3.11" not in str(log)


# Time.


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(platforms, "NICE_SECONDS", 1.0)


@pytest.mark.exhaustive
@pytest.mark.usefixtures("quick")
def test_what_comes_to_no_end_leaves_the_others_their_points(course, solutions, tmp_path, monkeypatch):
    """The grader itself is made to hang on one exercise."""
    broken = tmp_path / "course"
    shutil.copytree(course, broken)
    shutil.copy(ROOT / "grader.py", broken)
    shutil.copytree(ROOT / "minigrad", broken / "minigrad")
    checks = broken / "tests" / "exercises" / "test_ex01_gate.py"
    checks.write_text("import time\ntime.sleep(1000)\n" + checks.read_text("utf-8"), "utf-8")
    (tmp_path / "submission").mkdir()
    (tmp_path / "results").mkdir()
    for name, text in solutions.items():
        (tmp_path / "submission" / name).write_text(text, "utf-8")
    exercises = Course(broken).exercises
    platforms.gradescope(Course(broken), tmp_path, exercises, "0", 20)
    result = json.loads((tmp_path / "results" / "results.json").read_text("utf-8"))
    require_form(result)
    assert points(result) == 5
    assert {"name": "gate: no verdict", "output": NO_VERDICT} in result["tests"]


@pytest.mark.exhaustive
def test_who_makes_the_grader_fail_and_changes_the_checks_gains_nothing(gradescope, solutions):
    """The checks of door are made ones that everybody passes, and the grader is ended before it can say anything."""
    source = """
import glob, os, pathlib, signal
for path in map(pathlib.Path, glob.glob("ROOT/source/course/tests/exercises/test_ex02*.py")):
    path.write_text("from minigrad.course.checks import check\\n@check('all', points=5)\\ndef all(s): pass\\n")
for place in glob.glob("/proc/[0-9]*/cmdline"):
    words = pathlib.Path(place).read_bytes().split(b"\\0")
    if b"ROOT/source/course/grader.py" in words and b"--target" in words:
        os.kill(int(place.split("/")[2]), signal.SIGKILL)
"""
    result, _ = gradescope({"ex01_gate.py": source, "ex02_door.py": "x = 1"})
    assert points(result) == 0


# GitHub Classroom.


@pytest.fixture(scope="module")
def template(course, tmp_path_factory):
    """The template repository."""
    folder = tmp_path_factory.mktemp("classroom") / "template"
    done = typed("autograder", "classroom", folder, "door", "gate", "--minutes", "1", root=course, cwd=course)
    assert (done.returncode, done.stderr) == (0, "")
    return folder


def steps(workflow):
    """The commands of each step of a workflow, by the step's name."""
    found, name, inside = {}, "", False
    for line in workflow.splitlines():
        if line.startswith("      - "):
            name, inside = line.partition("name: ")[2], False
        elif line.strip() == "run: |":
            inside = True
        elif inside and line.startswith(" " * 10):
            found[name] = found.get(name, "") + line[10:] + "\n"
    return found


@pytest.fixture
def classroom(template, tmp_path):
    """Do as GitHub does on a push: run the steps of the workflow in the repository, each by bash -e."""

    def classroom(files, before=""):
        repository, temporary = tmp_path / "repository", tmp_path / "temporary"
        shutil.copytree(template, repository)
        temporary.mkdir()
        for name, text in files.items():
            (repository / name).write_text(text, "utf-8")
        workflow = (repository / ".github" / "workflows" / "classroom.yml").read_text("utf-8")
        runner = {"GITHUB_OUTPUT": tmp_path / "output", "GITHUB_STEP_SUMMARY": tmp_path / "summary"}
        runner |= {"GITHUB_WORKSPACE": repository, "RUNNER_TEMP": temporary}
        unpack(repository / ".github" / "course.zip", temporary)
        python(temporary)
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", before + steps(workflow)["Grade"]],
            cwd=repository,
            env={**os.environ, **{name: str(path) for name, path in runner.items()}},
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        [line] = (tmp_path / "output").read_text("utf-8").splitlines()
        result = json.loads(base64.b64decode(line.removeprefix("result=")))
        assert result["version"] == 3
        assert result["tests"], "the reporter needs some"
        assert all(test["status"] in ("pass", "fail", "error") for test in result["tests"])
        return result, done, (tmp_path / "summary").read_text("utf-8")

    return classroom


@pytest.mark.exhaustive
def test_a_push_is_graded_and_nothing_that_is_printed_is_a_command(classroom, solutions):
    noise = 'print("::error::x"); print("::set-output name=result::x")\n'
    files = {"exercises/ex01_gate.py": noise + solutions["ex01_gate.py"], "exercises/ex02_door.py": noise + "x = 1"}
    result, done, summary = classroom(files)
    assert done.returncode == 0
    assert sum(test["score"] for test in result["tests"]) == 5
    assert result["max_score"] == 10
    assert "5 of 10 points" in summary
    first, *said, last = [line for line in done.stdout.splitlines() if line.lstrip().startswith("::")]
    assert not said
    assert first.startswith("::stop-commands::")
    assert last == f"::{first.removeprefix('::stop-commands::')}::"
    assert "::error::" not in done.stdout + summary + json.dumps(result)


@pytest.mark.exhaustive
def test_what_lies_in_a_repository_is_not_imported_by_what_grades_it(classroom, solutions):
    harm = "raise SystemExit('taken over')"
    files = {f"{name}.py": harm for name in ("numpy", "json", "zipfile", "conftest", "sitecustomize", "minigrad2")}
    files |= {"minigrad/__init__.py": harm, "tests/exercises/test_ex01_gate.py": harm}
    result, _, _ = classroom(files | {f"exercises/{name}": text for name, text in solutions.items()})
    assert result["status"] == "pass"


@pytest.mark.exhaustive
def test_where_the_grader_fails_there_are_tests_and_no_points_to_miss(classroom, solutions):
    before = 'echo "import nothing" > "$RUNNER_TEMP/course/tests/exercises/test_ex01_gate.py"\n'
    result, _, _ = classroom({}, before=before)
    assert [test["name"] for test in result["tests"] if test["status"] == "error"] == ["gate: no verdict"]
    assert result["max_score"] == 5


def test_many_long_messages_are_cut_to_what_the_runner_hands_on():
    result = {"tests": [{"name": f"{i}", "message": "x" * 4000} for i in range(200)]}
    assert len(encoded(result)) <= 131_000
    assert len(json.loads(base64.b64decode(encoded(result)))["tests"]) == 200


@pytest.mark.exhaustive
def test_the_workflow_reports_the_step_that_grades(template):
    workflow = (template / ".github" / "workflows" / "classroom.yml").read_text("utf-8")
    assert "@" not in workflow.replace("@v", "")
    assert "autograder --run classroom" in workflow
    assert "door gate --salt 0 --minutes 1" in workflow
    assert "steps.minigrad.outputs.result" in workflow
    assert "id: minigrad\n" in workflow
    for commands in steps(workflow).values():
        assert subprocess.run(["bash", "-n", "-c", commands], check=False, timeout=60).returncode == 0


@pytest.mark.exhaustive
def test_students_start_from_the_template(template):
    done = typed(root=template, cwd=template)
    assert "0 of 10 points" in done.stdout


# The words that are typed.


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["moodle", "out.zip"], "invalid choice: 'moodle'"),
        (["gradescope", "out"], "ends in .zip"),
        (["gradescope", "out.zip", "nothing"], "no exercise is called 'nothing'"),
        (["gradescope", "out.zip", "--minutes", "90"], "a number from 1 to 35, not 90"),
        (["gradescope", "out.zip", "--salt", "a\nb"], "a text in one line"),
        (["classroom", "."], "nothing is written into it"),
        (["classroom", "none/out"], "there is no folder none"),
    ],
)
def test_what_cannot_be_written_is_said(course, words, why):
    done = typed("autograder", *words, root=course, cwd=course)
    assert done.returncode == 2
    assert why in done.stderr
