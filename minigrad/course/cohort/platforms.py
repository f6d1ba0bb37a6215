"""One submission, graded where Gradescope or GitHub Classroom runs the grader by itself.

Whatever a student's file does, there is a result in the platform's form at the end, and in time. Files are found as in
a cohort, so links, pipes and the like are refused with a reason. All exercises are graded together in half of the time;
if that comes to no end, one after the other in the rest, so that those which do end have their points. Each of those
has a course of its own then, as it was before any student's code ran and could write into it.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from minigrad.course.catalogue.course import Course, Exercise
from minigrad.course.cohort.intake import contents
from minigrad.course.cohort.intake.contents import Piece
from minigrad.course.cohort.intake.trees import FOLDER, Folder
from minigrad.course.cohort.submissions import WHOLE
from minigrad.course.files import write_whole
from minigrad.course.grading.reading import not_there
from minigrad.course.reports.formats.classroom import encoded
from minigrad.course.reports.formats.texts import dump
from minigrad.course.reports.text import clean

NO_VERDICT = "The grader failed. This is no verdict: ask your teacher to run it again."
MAX_SHOWN = 100_000  # characters of what the grader says
HANDED_ON = ("HOME", "LANG", "LC_ALL", "PATH", "SYSTEMROOT", "TEMP", "TMPDIR", "TMP")  # of the environment
NICE_SECONDS = 5.0  # for the grader to end its processes

Result = dict[str, Any]


class Grading:
    """A submission's files in a folder of their own, and what becomes of them.

    Args:
        form: the grader's format that the platform reads.
        seconds: how long all of it may take.
        scratch: a folder to work in, beside the course: a cage hides what lies there.

    Attributes:
        said: what there is to say of what was handed in.
        refused: why a file was not taken. The keys are what the grader says in that case: that it is not there.
        shown: what the grader showed of the results, as text and as Markdown.
    """

    def __init__(self, course: Course, form: str, salt: str, seconds: float, scratch: Path):
        self.course, self.form, self.salt, self.scratch = course, form, salt, scratch
        self.end = time.monotonic() + seconds
        self.seconds = seconds
        self._course = {path: path.read_bytes() for path in _files(course.root)}
        self.target = scratch / "files"
        self.target.mkdir()
        self.said: list[str] = []
        self.refused: dict[str, str] = {}
        self.shown = self.markdown = ""

    def take(self, folder: Path, exercises: Sequence[Exercise]) -> None:
        """Find the exercises' files in what was handed in."""
        looked = contents.look(Folder(folder), [Piece((), FOLDER, "")])
        sources, refused, remarks = contents.take(looked, [exercise.stem for exercise in exercises])
        for stem, source in sources.items():
            (self.target / f"{stem}.py").write_text(source, "utf-8")
        self.said = [clean(sentence) for sentence in [*refused.values(), *remarks]]
        self.refused = {not_there(f"{stem}.py"): clean(why) for stem, why in refused.items() if stem != WHOLE}

    def grade(self, exercises: Sequence[Exercise]) -> dict[str, Result | None]:
        """The results: of all exercises together under "", or else of each by its name, None where there is none."""
        together = self._run(self.course.root, exercises, self.seconds / 2)
        if together is not None or len(exercises) == 1:
            return {"" if together else exercises[0].name: together}
        results: dict[str, Result | None] = {}
        for i, exercise in enumerate(exercises):
            left = self.end - time.monotonic()
            results[exercise.name] = self._run_apart(exercise, left / (len(exercises) - i)) if left > 0 else None
        return results

    def _run_apart(self, exercise: Exercise, seconds: float) -> Result | None:
        """Grade one exercise in a process of its own, with the course as it was at first."""
        with tempfile.TemporaryDirectory(dir=self.scratch) as place:
            for path, data in self._course.items():
                copy = place / path.relative_to(self.course.root)
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(data)
            return self._run(Path(place), [exercise], seconds)

    def _run(self, root: Path, exercises: Sequence[Exercise], seconds: float) -> Result | None:
        """Run the grader on some exercises in at most so many seconds; None if it makes nothing of them."""
        with tempfile.TemporaryDirectory(dir=self.scratch) as place:
            result, summary, said = (Path(place, name) for name in ("result.json", "summary.md", "said"))
            result = result.with_suffix(".txt") if self.form == "classroom" else result
            command = [sys.executable, "-I", str(root / "grader.py"), *(e.name for e in exercises)]
            command += ["--target", str(self.target), "--salt", self.salt, "--cage"]
            command += [f"--{self.form}", str(result), "--markdown", str(summary)]
            with said.open("wb") as out:
                _ended(command, out.fileno(), seconds)
            self.shown += clean(said.read_bytes()[:MAX_SHOWN].decode("utf-8", "replace"))
            with contextlib.suppress(OSError, ValueError):
                data = result.read_bytes()
                found = json.loads(base64.b64decode(data) if self.form == "classroom" else data)
                self.markdown += summary.read_text("utf-8")
                if isinstance(found, dict) and isinstance(found.get("tests"), list) and found["tests"]:
                    return self._with_reasons(found)
        return None

    def _with_reasons(self, found: Result) -> Result:
        """A result in which no test says of a file that was refused that it is not there."""
        for test in found["tests"]:
            for name in ("output", "message"):
                if isinstance(test, dict) and isinstance(said := test.get(name), str):
                    test[name] = self.refused.get(said.strip(), said)
        return found


def _files(root: Path) -> Iterator[Path]:
    """The files of a course, without what is hidden or was compiled."""
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".") and name != "__pycache__"]
        yield from (Path(folder, name) for name in names)


def _ended(command: Sequence[str], out: int, seconds: float) -> None:
    """Run a command, and end it after so many seconds: it is told to end, then made to."""
    environment = {name: value for name, value in os.environ.items() if name.upper() in HANDED_ON}
    environment |= {"COLUMNS": "100", "NO_COLOR": "1", "PYTHONUTF8": "1"}
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=environment, start_new_session=True
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(NICE_SECONDS)
    finally:
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def gradescope(course: Course, root: Path, exercises: Sequence[Exercise], salt: str, seconds: float) -> None:
    """Grade root/submission and write root/results/results.json."""
    metadata = _metadata(root / "submission_metadata.json")
    try:
        with tempfile.TemporaryDirectory(dir=course.root.parent) as scratch:
            grading = Grading(course, "gradescope", salt, seconds, Path(scratch))
            grading.take(root / "submission", exercises)
            found = grading.grade(exercises)
        print(grading.shown)
        result = _of_gradescope(found, grading.said, metadata)
    except Exception as error:  # a result is due, whatever fails
        print(f"The grader failed: {clean(str(error))}", file=sys.stderr)
        result = _of_gradescope({exercise.name: None for exercise in exercises}, [], metadata)
    _say_points(result, metadata)
    _write(root / "results" / "results.json", dump(result, indent=1).encode())


def _write(path: Path, data: bytes) -> None:
    """Write a file, also where somebody has put something else: a folder, or a link that leads elsewhere."""
    for place in (path.parent, path):
        if place.is_symlink() or (place.exists() and place.is_dir() == (place == path)):
            shutil.rmtree(place) if place.is_dir() and not place.is_symlink() else place.unlink()
    path.parent.mkdir(exist_ok=True)
    write_whole(path, data)


def _of_gradescope(found: dict[str, Result | None], said: Sequence[str], metadata: Result) -> Result:
    """One result of several; where there is no verdict at all, an earlier one stays."""
    tests: list[Result] = []
    for name, result in found.items():
        tests += result["tests"] if result else [{"name": f"{name}: no verdict", "output": NO_VERDICT}]
    graded = [result for result in found.values() if result]
    whole: Result = {"tests": tests, "execution_time": round(sum(r.get("execution_time", 0) for r in graded), 3)}
    output = list(said)
    if not any("score" in test for test in tests):  # Gradescope takes no result without a score
        whole["score"], before = _score_before(metadata)
        output.insert(0, f"{NO_VERDICT} {before}")
    elif missing := [name for name, result in found.items() if not result]:
        output.insert(0, f"The score is not whole yet. Of {', '.join(missing)} there is no verdict. {NO_VERDICT}")
    if output:
        whole |= {"output": "\n\n".join(output), "output_format": "text"}
    return whole


def _metadata(path: Path) -> Result:
    """The metadata that Gradescope gives of the submission; empty if the file is not there or has another form."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _score_before(metadata: Result) -> tuple[float, str]:
    """The score of the submission before this one, and what is said of it."""
    earlier = metadata.get("previous_submissions")
    for submission in reversed(earlier if isinstance(earlier, list) else []):
        with contextlib.suppress(TypeError, ValueError, LookupError):
            if 0 <= (score := float(submission["score"])) < float("inf"):
                return score, "Until then the score of your submission before this one stands here."
    return 0.0, "Until then a 0 stands here, which means nothing."


def _say_points(result: Result, metadata: Result) -> None:
    """Tell the teacher, who alone sees what is printed, of an assignment with another number of points."""
    with contextlib.suppress(TypeError, ValueError, LookupError):
        points = sum(test["max_score"] for test in result["tests"])
        total = float(metadata["assignment"]["total_points"])
        if total != points:
            print(f"The assignment has {total:g} points in Gradescope, and these exercises {points}.")


def classroom(course: Course, root: Path, exercises: Sequence[Exercise], salt: str, seconds: float) -> None:
    """Grade a student's repository, and write the output `result` and the page of the workflow's job."""
    said: Sequence[str] = ()
    markdown = ""
    try:
        with tempfile.TemporaryDirectory(dir=course.root.parent) as scratch:
            grading = Grading(course, "classroom", salt, seconds, Path(scratch))
            grading.take(root, exercises)
            found = grading.grade(exercises)
        print(grading.shown)
        said, markdown = grading.said, grading.markdown
    except Exception as error:  # a result is due, whatever fails
        print(f"The grader failed: {clean(str(error))}", file=sys.stderr)
        found = {exercise.name: None for exercise in exercises}
    for sentence in said:
        print(sentence)
    _append("GITHUB_OUTPUT", f"result={encoded(_of_classroom(found))}\n")
    _append("GITHUB_STEP_SUMMARY", markdown)


def _of_classroom(found: dict[str, Result | None]) -> Result:
    tests: list[Result] = []
    for name, result in found.items():
        tests += result["tests"] if result else [_no_test(name)]
    graded = [result for result in found.values() if result]
    passed = len(graded) == len(found) and all(result.get("status") == "pass" for result in graded)
    return {
        "version": 3,
        "status": "pass" if passed else "fail",
        "max_score": sum(result.get("max_score", 0) for result in graded),
        "tests": tests,
    }


def _no_test(name: str) -> Result:
    return {"name": f"{name}: no verdict", "status": "error", "message": NO_VERDICT, "score": 0}


def _append(variable: str, text: str) -> None:
    """Add to the file that the runner named in its environment; without one, print it."""
    if path := os.environ.get(variable):
        with open(path, "a", encoding="utf-8") as file:
            file.write(text)
    else:
        print(text)


PLATFORMS: dict[str, Callable[[Course, Path, Sequence[Exercise], str, float], None]] = {
    "gradescope": gradescope,
    "classroom": classroom,
}
