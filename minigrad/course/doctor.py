"""grader.py doctor: what there is on this computer, what is wrong with it, and what to do about that.

grader.py runs this file before anything else, and it imports only what Python 3.8 has. So it works where a package is
missing or broken and where Python is too old; not where a file of the course itself is damaged.
"""

from __future__ import annotations

import importlib
import importlib.util
import io
import json
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from urllib.request import url2pathname

OK, WARNING, PROBLEM = "ok", "warning", "problem"
SUPPORTED = (3, 11)
NAME = "minigrad-course"
INSTALL = "In the folder of grader.py, run: python -m pip install -e ."
INSTALL_RELEASED = f"Run: python -m pip install {NAME} (or, in place of that name, the wheel that you were given)"
REMOVE = "Rename it, uninstall it (python -m pip uninstall minigrad), or take its folder out of PYTHONPATH."
ASK = "Send all these lines to your teacher, or to the authors of the course."
WIDTH, SLOW_SECONDS, LITTLE_SPACE = 80, 2.0, 100 << 20


class Finding(NamedTuple):
    """One line of what doctor prints.

    Attributes:
        advice: what to do next; empty if there is nothing to do.
    """

    status: str
    text: str
    advice: str = ""


def main(root: Path) -> int:
    """Print what is found about the course in `root` and return the exit code: 1 if something is a problem."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # a closed stream is None
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        os.getcwd()
    except OSError:  # it has been removed, and packages that are imported may ask for it
        os.chdir(root)
    rest = (packages, extras, minigrad, terminal, isolation, course, folders, student)
    looks = (python, system, *(rest if sys.version_info >= SUPPORTED else ()))
    found = [finding for look in looks for finding in _survive(look, root)]
    problems = sum(finding.status == PROBLEM for finding in found)
    warnings = sum(finding.status == WARNING for finding in found)
    counts = f"{problems} problem{'s' * (problems != 1)}, {warnings} warning{'s' * (warnings != 1)}."
    last = f"\n{counts}{' Begin with the first problem.' * (problems > 1)}"
    try:
        print("\n".join([*map(_as_text, found), last]), flush=True)
    except BrokenPipeError:  # the reader, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 1
    return 1 if problems else 0


def _survive(look: Callable[[Path], Iterator[Finding]], root: Path) -> Iterator[Finding]:
    """Yield the findings of one look; an exception that it raises is a finding too."""
    try:
        yield from look(root)
    except ModuleNotFoundError as error:
        status = PROBLEM if str(error.name).startswith("minigrad") else WARNING  # packages are problems already
        advice = "Get the course again, as a whole." if status == PROBLEM else ""
        yield Finding(status, f"{look.__name__}: not looked at, because {error.name} is missing.", advice)
    except Exception as error:
        yield Finding(PROBLEM, f"{look.__name__}: {type(error).__name__}: {error}", ASK)


def _as_text(finding: Finding) -> str:
    lines = [
        line
        for part in (finding.text, finding.advice)  # in which the names of folders may hold anything
        for line in textwrap.wrap(_printable(part), WIDTH - 9, break_long_words=False, break_on_hyphens=False)
    ]
    return f"{finding.status:9}" + ("\n" + 9 * " ").join(lines)


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in text)


def python(root: Path) -> Iterator[Finding]:
    virtual = "in a virtual environment" if sys.prefix != sys.base_prefix else "not in a virtual environment"
    text = f"Python {platform.python_version()}, {virtual}: {sys.executable}"
    if sys.version_info >= SUPPORTED:
        yield Finding(OK, text)
    else:
        yield Finding(PROBLEM, text, "The course needs Python 3.11 or newer. Start grader.py with one, then ask again.")


def system(root: Path) -> Iterator[Finding]:
    yield Finding(OK, f"{platform.platform()}, {os.cpu_count()} cores")


def packages(root: Path) -> Iterator[Finding]:
    for requirement in _project(root)["dependencies"]:
        name = _name(requirement)
        good, text = _look_for(requirement)
        try:
            importlib.import_module(name)
        except Exception as error:
            if good:
                text += f", but importing it fails: {type(error).__name__}: {error}"
                yield Finding(PROBLEM, text, f"Run: python -m pip install --force-reinstall {name}")
                continue
        yield Finding(OK, text) if good else Finding(PROBLEM, text, _install(root))


def extras(root: Path) -> Iterator[Finding]:
    for extra, requirements in _project(root).get("optional-dependencies", {}).items():
        looks = [_look_for(requirement) for requirement in requirements]
        text = f"optional, for {extra}: {'; '.join(text for _, text in looks)}"
        if any("too old" in text for _, text in looks):
            what = f'-e ".[{extra}]"' if _has_own(root) else f'"{NAME}[{extra}]"'
            yield Finding(WARNING, text, f"Run: python -m pip install {what}")
        else:
            yield Finding(OK, text)


def _has_own(root: Path) -> bool:
    """True if minigrad itself is in this folder; a course may use one that is installed elsewhere."""
    return _project_in(root) is not None


def _project_in(folder: Path) -> dict[str, Any] | None:
    """The [project] of the pyproject.toml in a folder, if that is minigrad's: others have one in site-packages."""
    import tomllib  # new in Python 3.11

    try:
        project: dict[str, Any] = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
        return project if project["name"] == NAME else None
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _install(root: Path) -> str:
    return INSTALL if _has_own(root) else INSTALL_RELEASED


def _project(root: Path) -> dict[str, Any]:
    """The [project] of pyproject.toml: what minigrad needs."""
    return _project_in(root) or _project_in(Path(__file__).resolve().parents[2]) or _installed()


def _installed() -> dict[str, Any]:
    """The requirements of a minigrad that is installed by its name, as [project] has them."""
    extras: dict[str, list[str]] = {}
    for requirement in metadata.requires(NAME) or []:
        needed, _, extra = requirement.partition("; extra == ")
        extras.setdefault(extra.strip("'\""), []).append(needed)
    return {"dependencies": extras.pop("", []), "optional-dependencies": extras}


def _look_for(requirement: str) -> tuple[bool, str]:
    """Look for a requirement such as numpy>=2.2: True if it is installed, and a sentence on what was found."""
    name, needed = _name(requirement), "".join(re.findall(r">=\s*([\w.]+)", requirement)[:1])
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        return False, f"{name} is not installed"
    if _numbers(version) < _numbers(needed):
        return False, f"{name} {version} is too old: {needed} or newer is needed"
    return True, f"{name} {version}"


def _name(requirement: str) -> str:
    """The name in a requirement: mkdocstrings in mkdocstrings[python]>=0.30."""
    name: str = re.findall(r"[\w.-]+", requirement)[0]
    return name


def _numbers(version: str) -> list[int]:
    """The version as numbers, as far as it is one."""
    return [int(n) for n in re.findall(r"\d+", re.split(r"[^\d.]", version.strip())[0])]


def minigrad(root: Path) -> Iterator[Finding]:
    folder = _imported()
    if folder is None:
        yield Finding(PROBLEM, "minigrad is not found.", _install(root))
        return
    if folder == _expected(root):
        yield Finding(OK, f"minigrad is imported from {folder}")
        yield from _in_exercises(root)
    elif (folder / "course").is_dir():
        advice = f"Is this what you want? This course has its own: {root / 'minigrad'}. {INSTALL}"
        yield Finding(WARNING, f"minigrad is imported from {folder}", advice)
    else:
        yield Finding(PROBLEM, f"another package called minigrad is in the way: {folder}", REMOVE)
        return
    importlib.import_module("minigrad.course.cli.main")


def _expected(root: Path) -> Path:
    """The folder minigrad should be imported from: the course's own, or else the one that this file belongs to."""
    return (root / "minigrad").resolve() if _has_own(root) else Path(__file__).resolve().parents[1]


# Prints the folder of minigrad, or nothing, as a Python finds it that was not started by grader.py.
_FIND = """
import importlib.util
spec = importlib.util.find_spec("minigrad")
print(*(spec.submodule_search_locations or [spec.origin]) if spec else "", sep="\\n")
"""


def _in_exercises(root: Path) -> Iterator[Finding]:
    """Find the minigrad that an exercise file imports when it is run by itself: grader.py finds the one beside it."""
    if not os.path.isdir(root / "exercises"):  # which is a finding of its own
        return
    command = [sys.executable, "-X", "utf8", "-c", _FIND]  # it looks first into the folder where it is run
    done = subprocess.run(command, cwd=root / "exercises", capture_output=True, encoding="utf-8", check=False)
    place = done.stdout.partition("\n")[0]
    if not place:
        text, gone = "an exercise file that is run by itself does not find minigrad", _folder_that_is_gone()
        yield Finding(WARNING, f"{text}: it was installed from {gone}, which is gone" if gone else text, _install(root))
    elif Path(place).resolve() == _expected(root):
        return
    elif (Path(place) / "course").is_dir():
        text = f"an exercise file that is run by itself imports minigrad from {place}"
        yield Finding(WARNING, text, f"Is this what you want? {_install(root)}")
    else:
        text = f"an exercise file that is run by itself finds another package called minigrad: {place}"
        yield Finding(PROBLEM, text, f"{REMOVE} Until then, run: python grader.py NAME")


def _folder_that_is_gone() -> str:
    """The folder from which minigrad was installed with -e, if it was, and the folder was moved or removed since."""
    try:
        origin = json.loads(metadata.distribution(NAME).read_text("direct_url.json") or "{}")
    except (metadata.PackageNotFoundError, ValueError):
        return ""
    folder = url2pathname(urlsplit(origin.get("url", "")).path)
    return folder if origin.get("dir_info", {}).get("editable") and not os.path.isdir(folder) else ""


def _imported() -> Path | None:
    """The folder from which minigrad is imported."""
    specs = (finder.find_spec("minigrad", None) for finder in sys.meta_path)
    spec = next(filter(None, specs), None)
    if spec is None:
        return None
    places = list(spec.submodule_search_locations or [])
    return Path(places[0] if places else str(spec.origin)).resolve()


def terminal(root: Path) -> Iterator[Finding]:
    width = shutil.get_terminal_size().columns
    where = "a terminal" if sys.stdout.isatty() else "no terminal (a file or a pipe)"
    encoding = sys.stdout.encoding or "none"
    try:
        from rich.console import Console

        colours = Console().color_system or "none"
    except ImportError:
        colours = "unknown, because rich is missing"
    text = f"output goes to {where}, {width} columns, encoding {encoding}, colours: {colours}"
    if width < WIDTH and sys.stdout.isatty():
        yield Finding(WARNING, text, f"Make the window {WIDTH} columns wide.")
    elif encoding.lower().replace("-", "") != "utf8":
        yield Finding(WARNING, text, "Signs such as the check mark are spelled out. PYTHONUTF8=1 shows them.")
    else:
        yield Finding(OK, text)


def isolation(root: Path) -> Iterator[Finding]:
    from minigrad.course.student.limits import MEMORY_BYTES

    memory, status, advice = MEMORY_BYTES, OK, ""
    if sys.platform == "linux":
        import resource

        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        if hard != resource.RLIM_INFINITY and hard < memory:
            memory, status, advice = hard, WARNING, "The system allows no more (ulimit -v), which may be too little."
        limit = f"the system refuses memory beyond {memory / (1 << 30):.3g} GB"
    else:
        limit = f"a watching thread ends the process when it uses more than {memory / (1 << 30):.3g} GB"
    if sys.platform == "win32":
        ends = "When the grader ends it, programs that it started may live on."
    elif sys.platform == "linux":
        ends = "When the grader ends it, everything that it started ends, too."
    else:
        ends = "When the grader ends it, everything in its process group ends, too."
    yield Finding(status, f"your code runs in a process of its own; {limit}. {ends}", advice)


def course(root: Path) -> Iterator[Finding]:
    from minigrad.course.catalogue.course import Course
    from minigrad.course.cli.targets import copies, other_folder
    from minigrad.course.editions.note import behind

    whole = Course(root)
    exercises = whole.exercises
    if not exercises:
        yield Finding(PROBLEM, f"there are no exercises in {root}", "Get the course again, as a whole.")
        return
    yield Finding(OK, f"{len(exercises)} exercise{'s' * (len(exercises) > 1)} in {root}")
    if line := behind(root):
        yield Finding(WARNING, line)
    if not os.path.isdir(root / "exercises"):
        text, other = f"exercises/ is not there: {root / 'exercises'}", other_folder(whole)
        if other:
            again = f"python grader.py --target {shlex.quote(str(other))}"
            yield Finding(PROBLEM, f"{text}, but {other} has exercises", f"Give it that name again, or run: {again}")
        else:
            yield Finding(PROBLEM, text, "Put it back, or begin anew with: python grader.py reset NAME")
        return
    missing = [exercise.name for exercise in exercises if not os.path.isfile(root / "exercises" / exercise.file)]
    if missing:
        text = f"exercises/ has no file for {', '.join(missing)}"
        yield Finding(WARNING, text, f"To get it back: python grader.py reset {missing[0]}")
    for exercise in exercises:
        if others := copies(whole, root / "exercises" / exercise.file):
            text = f"exercises/ has {', '.join(others)} too, and only {exercise.file} is graded"
            yield Finding(WARNING, text, f"If the right one has another name, rename it to {exercise.file}.")


def folders(root: Path) -> Iterator[Finding]:
    for folder, name in ((root / "exercises", "exercises/"), (Path(tempfile.gettempdir()), "the temporary folder")):
        if not os.path.exists(folder):  # which is a finding of the course
            continue
        try:
            with tempfile.TemporaryFile(dir=folder) as file:
                file.write(b"minigrad")
        except OSError as error:
            text = f"{name} cannot be written: {error.strerror}: {folder}"
            yield Finding(PROBLEM, text, "Give yourself the right to write there, or make space on the disk.")
            continue
        free = shutil.disk_usage(folder).free
        text = f"{name} can be written, {free / (1 << 30):.1f} GB are free: {folder}"
        little = free < LITTLE_SPACE
        yield Finding(WARNING if little else OK, text, "Make space on the disk." if little else "")


def student(root: Path) -> Iterator[Finding]:
    from minigrad.course.results.outcomes import Halt, StudentError
    from minigrad.course.student.process import StudentProcess

    started = time.monotonic()
    try:
        with StudentProcess("doctor", "doctor.py", "def double(x): return 2 * x") as process:
            value = process.call("double", [21]).value
    except (StudentError, Halt, OSError) as error:
        advice = f"Is a virus scanner in the way, or a limit on processes or memory? {ASK}"
        yield Finding(PROBLEM, f"starting a process for your code: {error}", advice)
        return
    seconds = time.monotonic() - started
    text = f"a function in a process of its own gave {value} after {seconds:.1f} s"
    if value != 42:
        yield Finding(PROBLEM, f"{text} instead of 42", _install(root))
    elif seconds > SLOW_SECONDS:
        yield Finding(WARNING, text, "That is slow: a busy computer, a virus scanner or a network folder may be why.")
    else:
        yield Finding(OK, text)


if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parents[2]))
