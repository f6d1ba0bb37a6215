"""`grader.py train [NAME]`: what the student wrote, put together, learns."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from rich.console import Console
from rich.text import Text

from minigrad.course.catalogue.course import Course, Exercise
from minigrad.course.catalogue.trainings import Training, find, trainings
from minigrad.course.catalogue.versions import FOLDER, digest, grader
from minigrad.course.checks.examples import SALT
from minigrad.course.cli import options as common
from minigrad.course.cli import targets
from minigrad.course.cli.ahead import load_ahead
from minigrad.course.files import legible, write_whole
from minigrad.course.grading.pool import Job, grade_all
from minigrad.course.grading.reading import Unreadable, read_source
from minigrad.course.reports import charts, screen
from minigrad.course.reports import training as shown
from minigrad.course.reports.text import clip, say
from minigrad.course.results.learned import Learned
from minigrad.course.results.status import Status
from minigrad.course.results.verdicts import ExerciseResult
from minigrad.course.training import scoreboard
from minigrad.course.training.checkpoint import Checkpoint
from minigrad.course.training.progress import Progress
from minigrad.course.training.run import run as run_training
from minigrad.course.training.students import Failed


def parser() -> common.Parser:
    text = "Let what you wrote learn, when the exercises that it takes are solved. Without NAME: what can learn."
    more = """A training takes a few seconds to a minute or two. Ctrl-C ends it and shows what it has learned so far;
the next time it goes on, unless your exercises have changed since. --fresh begins anew."""
    parser = common.Parser("train", "train [NAME]", text, more)
    parser.add_argument("name", metavar="NAME", nargs="?", help="the training, such as counts or rnn")
    common.add_target(parser)
    parser.add_argument("--plots", metavar="DIR", type=Path, help="write the chart as PNG, and what it made, into DIR")
    common.add_fresh(parser)
    common.add_salt(parser)
    return parser


def run(course: Course, options: argparse.Namespace, console: Console) -> int:
    return _train(course, options, console) if options.name else _list(course, options, console)


def _list(course: Course, options: argparse.Namespace, console: Console) -> int:
    every = trainings(course)
    if not every:
        console.print("This course has none.")
        return common.OK
    known = {t.name: learned for t in every if (learned := scoreboard.kept(t))}
    titles = {t.name: t.title for t in every}
    command = targets.commands_of(course, options)
    load_ahead()
    results = _graded(course, {e for t in every for e in t.exercises}, options, console)
    waits = {t.name: shown.waiting([results[e] for e in t.exercises], t.lacks) for t in every}
    console.print(shown.overview(titles, waits, known), crop=False)
    console.print(shown.scoreboard(list(known.values())))
    ready = next((name for name in titles if not waits[name] and name not in known), None)
    if ready:
        text = "Each takes seconds to a minute or two. Ctrl-C ends it, and it goes on next time."
        console.print("", Text(text, "dim"), screen.to_copy(f"Next: {command('train', ready)}", "bold"), sep="\n")
    return common.OK


def _train(course: Course, options: argparse.Namespace, console: Console) -> int:
    training = find(course, options.name)
    train = training.load()
    every = trainings(course)
    others = {t.name: learned for t in every if (learned := scoreboard.kept(t))}
    order = [t.name for t in every]
    target, command = targets.target_of(course, options), targets.commands_of(course, options)
    files: dict[Exercise, tuple[Path, str]] = {}
    for exercise in training.exercises:
        with contextlib.suppress(Unreadable):  # which its result will tell
            files[exercise] = target / exercise.file, read_source(target / exercise.file)
    checkpoint = _checkpoint(training, files, options)
    load_ahead(plots=bool(options.plots))
    results = _graded(course, training.exercises, options, console)
    if training.lacks or any(r.status != Status.PASSED for r in results.values()):
        console.print(shown.blocked(training.name, list(results.values()), training.lacks, command), crop=False)
        return common.FALLS_SHORT
    if checkpoint.done:
        console.print(f"It goes on after {checkpoint.done} steps. With --fresh it begins anew.", style="dim")
    if checkpoint.lost:
        changed = f"since its {checkpoint.lost} steps so far, this has changed: {', '.join(checkpoint.changed)}."
        console.print(f"It begins anew: {changed}", style="yellow", markup=False)
    try:
        with shown.progress(console, training.name) as tell:
            learned = run_training(training, train, files, Progress(tell, checkpoint), _seed(options.salt))
    except Failed as why:
        console.print(Text(clip(str(why), 4), style="red"), soft_wrap=True)
        if why.exercise:
            file = legible(target / why.exercise.file)
            say(console, f"{why.exercise.name} passed its checks, and failed in the training: {file}")
        return common.FALLS_SHORT
    if learned.complete:
        checkpoint.remove()
    if options.salt == SALT and targets.same(target, course.root / "exercises"):
        scoreboard.keep(training, learned)
    others[training.name] = learned
    console.print(shown.learned(learned))
    console.print(shown.scoreboard(shown.beside(learned, [others[name] for name in order if name in others])))
    console.print(shown.goals(learned, {e.name: target / e.file for e in files}))
    if made := _made(training, learned, options.plots):
        say(console, "\n".join(["", *(f"Made: {legible(targets.shown(path))}" for path in made)]))
        if not options.plots:
            console.print(f"{FOLDER} is a hidden folder. With --plots DIR they are in DIR.", style="dim")
    return common.FALLS_SHORT if learned.falls_short else common.OK


def _seed(salt: str) -> int:
    """The seed of a training: 0, or what another salt than everybody's gives."""
    return 0 if salt == SALT else int(digest([salt.encode()])[:8], 16)


def _checkpoint(
    training: Training, files: Mapping[Exercise, tuple[Path, str]], options: argparse.Namespace
) -> Checkpoint:
    """The checkpoint of this training with this salt. It leaves out what was kept if what it depends on has changed."""
    parts = {path.name: source.encode("utf-8", "surrogatepass") for path, source in files.values()}
    parts |= {"the training": training.path.read_bytes(), "minigrad": grader()}
    digests = {name: digest([part]) for name, part in parts.items()}
    seed = f"_{_seed(options.salt)}" if options.salt != SALT else ""
    place = training.course.root / FOLDER / f"training_{training.name}{seed}.checkpoint"
    return Checkpoint(place, digests, options.fresh)


def _made(training: Training, learned: Learned, plots: Path | None) -> list[Path]:
    """The files of what was made, and of the charts if they are wanted."""
    made = dict(learned.files)
    if plots:
        numbers = ["", *(f"-{n + 2}" for n in range(len(learned.more)))]
        made |= {f"{training.name}{n}.png": charts.render(c) for n, c in zip(numbers, learned.charts, strict=False)}
    folder = plots or training.course.root / FOLDER
    if made:
        folder.mkdir(parents=True, exist_ok=True)
    for name, data in made.items():
        write_whole(folder / name, data)
    return [folder / name for name in made]


def _graded(
    course: Course, exercises: Iterable[Exercise], options: argparse.Namespace, console: Console
) -> Mapping[Exercise, ExerciseResult]:
    """The result of each of these exercises: graded, or remembered if it has not changed."""
    target = targets.target_of(course, options)
    jobs = [Job(exercise, target / exercise.file) for exercise in course.exercises if exercise in set(exercises)]
    memory = targets.memory_of(course, [job.path for job in jobs], options)
    found = {}
    with screen.progress(console, len(jobs)) as advance:
        for job, result in grade_all(jobs, options.salt, memory, False):
            found[job.exercise] = result
            advance(result)
    return {job.exercise: found[job.exercise] for job in jobs}
