"""Take in the submissions of all students, each with its student.

`take` has a light first look: at the names in the folder of all submissions, and at the roster. A submission
is read when it is asked for, so a hundred thousand submissions are never in memory at once:

    with take(Path("submissions"), course, roster=Path("class.csv")) as intake:
        for found in intake.found:
            submission = intake.read(found)  # the same as long as nobody writes into the folder

One process reads; what others get of it is a Submission.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from minigrad.course.catalogue.course import Course
from minigrad.course.cohort.intake import contents, metadata
from minigrad.course.cohort.intake import roster as rosters
from minigrad.course.cohort.intake.contents import Piece
from minigrad.course.cohort.intake.layouts import LAYOUTS, Claim, Look, hidden_folders, recognised, visible
from minigrad.course.cohort.intake.names import FEW, few
from minigrad.course.cohort.intake.roster import Roster
from minigrad.course.cohort.intake.trees import Folder, Parts, Refused, Tree, Zip
from minigrad.course.cohort.submissions import WHOLE, Student, Submission
from minigrad.course.files import legible
from minigrad.course.reports.text import clean
from minigrad.course.usage import UsageError

MAX_SUBMISSIONS = 1_000_000  # entries of the folder of all submissions, or of the zip of it
MAX_EXPORT = 1 << 40  # bytes that such a zip says it holds
MAX_METADATA = 1 << 30
EXPORTS = ("gradescope", "moodle", "canvas", "classroom")  # layouts that systems make
SEVERAL = 3  # folders with the same exercise are of several students


@dataclass
class HandedIn:
    """A submission that was found, and not yet read.

    Attributes:
        pieces: what belongs to it; nothing for a student of the roster who handed in nothing.
        known: whether the student is in the roster; None without one.
    """

    student: Student
    pieces: list[Piece] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    refused: str = ""
    handed_in: datetime | None = None
    known: bool | None = None

    @property
    def place(self) -> str:
        """The first of its pieces, for a teacher who looks for it."""
        return legible("/".join(self.pieces[0].parts)) if self.pieces else ""


@dataclass
class Intake:
    """All submissions of a folder.

    Attributes:
        layout: how the folder was understood.
        within: the only folder there, if the submissions were looked for in that.
        found: the submissions, in the order of the roster or else of their names.
        aside: the names of what belongs to nobody's submission.
    """

    layout: str
    within: str
    found: list[HandedIn]
    aside: list[str]
    _tree: Tree
    _stems: list[str]

    def __enter__(self) -> Intake:
        return self

    def __exit__(self, *raised: object) -> None:
        self._tree.close()

    def read(self, found: HandedIn) -> Submission:
        """Read what was handed in there. The files may differ from what `found` says if somebody has changed them."""
        submission = Submission(found.student, found.place, remarks=list(found.remarks), handed_in=found.handed_in)
        if found.refused:
            submission.refused[WHOLE] = found.refused
        elif found.pieces:
            looked = contents.look(self._tree, found.pieces)
            sources, refused, remarks = contents.take(looked, self._stems)
            submission.sources, submission.refused = sources, refused
            submission.remarks += remarks
        return submission

    def names_an_exercise(self) -> bool:
        return any(
            contents.names_an_exercise(contents.look(self._tree, found.pieces), self._stems)
            for found in self.found
            if found.pieces and not found.refused
        )


@dataclass
class Summary:
    """A summary of the submissions that are added to it.

    Attributes:
        within: the only folder there, if the submissions were looked for in that.
        files: how many of each exercise were taken.
        refused: of whom something was not taken, with the first reason.
        unknown: who is not in the roster; without: who of the roster handed in nothing.
    """

    layout: str
    within: str = ""
    submissions: int = 0
    files: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[str, str]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    aside: Sequence[str] = ()

    def add(self, found: HandedIn, submission: Submission) -> None:
        student = submission.student
        if not found.pieces and not found.refused:
            self.without.append(student.name or student.id)
            return
        self.submissions += 1
        self.files.update(submission.sources.keys())
        self.refused += [(student.name or student.id, why) for why in list(submission.refused.values())[:1]]
        if found.known is False:
            self.unknown.append(student.id)

    def lines(self) -> list[str]:
        """Sentences for a terminal."""
        said = [f"{_count(self.submissions, 'submission')}, in the layout {self.layout!r}."]
        if self.within:
            instead = " If it is one student's, give --layout folders." if self.layout == "folders" else ""
            said.append(f"They are those in {self.within}, the only folder there.{instead}")
        said += [f"  {_count(number, 'file')} for {stem}" for stem, number in sorted(self.files.items())]
        said += _named("Something was refused", [f"{who}: {why}" for who, why in self.refused], "\n    ")
        said += _named("Not in the roster, and graded all the same", self.unknown)
        said += _named("In the roster, and without a submission", self.without)
        said += _named("Left aside, as nobody's submission", self.aside)
        return [clean(line) for line in said]


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _named(what: str, names: Sequence[str], between: str = " ") -> list[str]:
    if not names:
        return []
    joint = "; " if between == " " else between
    return [f"{what} ({len(names):,}):{between}{joint.join(few(names))}"]


def take(place: Path, course: Course, layout: str | None = None, roster: Path | None = None) -> Intake:
    """Take the submissions, each with its student, from a folder, or from a zip of it as a system exports it.

    Args:
        layout: one of LAYOUTS; by default it is recognised, as is a class in a folder that stands there alone.
        roster: a CSV of the students.

    Raises:
        UsageError: if there is no submission of this course, and what to type instead.
    """
    if layout and layout not in LAYOUTS:
        raise UsageError(f"there is no layout {layout!r}. There are: {', '.join(LAYOUTS)}.")
    students = rosters.read(roster) if roster else None
    tree = _tree(place)
    try:
        return _take(tree, place, [exercise.stem for exercise in course.exercises], layout, students)
    except BaseException:
        tree.close()
        raise


def _take(tree: Tree, place: Path, stems: list[str], layout: str | None, students: Roster | None) -> Intake:
    parts, look = _look(tree, place, stems, layout)
    _require_class(look, place, stems)
    chosen = layout or recognised(look)
    claims, aside = _claims(look, chosen, place, layout)
    submissions = _grouped(claims, parts)
    if students:
        _identify(submissions, students)
    within = legible("/".join(parts))
    intake = Intake(chosen, within, _settled([found for found, _ in submissions], students), aside, tree, stems)
    if not intake.names_an_exercise():
        raise UsageError(_no_exercise(place, look, len(claims), chosen, stems))
    return intake


def _tree(place: Path) -> Tree:
    try:
        if place.is_dir():
            return Folder(place)
        if place.suffix.lower() == ".zip" and place.is_file():
            return Zip(place.open("rb"), MAX_SUBMISSIONS, MAX_EXPORT)
    except (OSError, Refused) as error:
        raise UsageError(f"{place} cannot be read: it {error}.") from None
    what = "is neither a folder nor a zip" if place.exists() else "is not there"
    raise UsageError(f"{place} {what}. Give the folder of what was handed in, or the zip that was exported.")


def _look(tree: Tree, place: Path, stems: Sequence[str], layout: str | None) -> tuple[Parts, Look]:
    """The folder of all submissions: the one that was named, or a single one in it that is an export or a class.

    If a layout was given, it is the folder that was named, unless the single one in it is an export of that layout.
    """
    look = _look_at(tree, (), place.stem if place.is_file() else place.resolve().name, place)
    if len(look.entries) == 1 and look.folders and recognised(look) in ("folders", "classroom"):
        inner = _look_at(tree, (look.entries[0].name,), look.entries[0].name, place)
        parts = (look.entries[0].name,)
        found = recognised(inner)
        is_it = found == layout if layout else found in EXPORTS or _is_class(tree, parts, inner, stems)
        if is_it and layout != "folders":
            return parts, inner
    return (), look


def _is_class(tree: Tree, parts: Parts, look: Look, stems: Sequence[str]) -> bool:
    """True if several folders or zips hold the same exercise, as those of many students do; a zip of a class has one.

    One student's submission has it in two at most, or is a copy of the course.
    """
    if {"grader.py", "exercises"} & {entry.name for entry in look.entries}:
        return False
    holders: Counter[str] = Counter()
    for entry in look.entries:
        piece = Piece((*parts, entry.name), entry.kind, entry.name)
        holders.update(contents.exercises(contents.look(tree, [piece]), stems))
        if holders and max(holders.values()) >= SEVERAL:
            return True
    return False


def _look_at(tree: Tree, parts: Parts, name: str, place: Path) -> Look:
    try:
        everything = tree.entries(parts, MAX_SUBMISSIONS)
        entries = visible(everything)
        described = {}
        if any(entry.name == metadata.NAME for entry in entries):
            described = metadata.read(tree.read((*parts, metadata.NAME), MAX_METADATA).decode("utf-8", "replace"))
    except Refused as error:
        raise UsageError(f"{'/'.join([str(place), *parts])} {error}.") from None
    return Look(name, entries, described, hidden_folders(everything))


def _require_class(look: Look, place: Path, stems: Sequence[str]) -> None:
    """Raise UsageError for a course, or for what one student handed in."""
    names = {entry.name for entry in look.entries}
    if "grader.py" in names or {"exercises", "tests"} <= names:
        instead = "Give the folder in which there is one such folder for each student."
        raise UsageError(f"{place} is a course, and no folder of submissions. {instead}")
    if own := sorted(names & {f"{stem}.py" for stem in stems}):
        raise UsageError(
            f"{place} holds {own[0]} itself, so it is the work of one student. Give the folder in which there is a "
            f"folder for each student, or type: python grader.py --target {place}"
        )


def _claims(look: Look, chosen: str, place: Path, asked: str | None) -> tuple[list[Claim], list[str]]:
    read = list(LAYOUTS[chosen](look)) if chosen else []
    claims = [claim for _, of_entry in read for claim in of_entry]
    if not claims:
        names = ", ".join(few([legible(entry.name) for entry in look.entries]))
        there = f"It holds {names}." if names else "It is empty."
        other = recognised(look)
        instead = f"Leave --layout {asked} away: it looks like {other}." if asked and other not in ("", asked) else ""
        wanted = f"nobody's submission as {asked} lays them out" if asked else "nobody's submission"
        instead = instead or "Give a folder in which there is a folder, a zip or files named after each student."
        raise UsageError(f"in {place} there is {wanted}. {there} {instead}")
    aside = [entry.name for entry, of_entry in read if not of_entry]
    return claims, [legible(name) for name in [*aside, *look.hidden]]


def _grouped(claims: Sequence[Claim], parts: Parts) -> list[tuple[HandedIn, Claim]]:
    """One submission for all parts of it, in the order in which they were found, each with a claim to it."""
    found: dict[str, tuple[HandedIn, Claim]] = {}
    for claim in claims:
        submission, _ = found.setdefault(claim.whose, (HandedIn(claim.student, handed_in=claim.handed_in), claim))
        if claim.piece:
            submission.pieces.append(replace(claim.piece, parts=(*parts, *claim.piece.parts)))
        submission.remarks += [remark for remark in claim.remarks if remark not in submission.remarks]
        submission.refused = submission.refused or claim.refused
    for submission, _ in found.values():
        if submission.pieces and submission.refused:  # a part of it
            submission.remarks.append(submission.refused)
            submission.refused = ""
    return list(found.values())


def _identify(found: Sequence[tuple[HandedIn, Claim]], roster: Roster) -> None:
    """Put in the place of each student the one of the roster, or say that there is none."""
    ids = {student.id for student in roster.students}
    for submission, claim in found:
        student, why = roster.find(claim.handles)
        submission.known = student is not None
        if student:
            submission.student = student
            continue
        submission.remarks.append(why)
        if submission.student.id in ids:  # somebody else's
            submission.student = replace(submission.student, id=f"{submission.student.id} (not in the roster)")


def _settled(found: Sequence[HandedIn], roster: Roster | None) -> list[HandedIn]:
    """One submission for each student, those of the roster first and in its order."""
    by_id: dict[str, list[HandedIn]] = {student.id: [] for student in roster.students} if roster else {}
    for submission in found:
        by_id.setdefault(submission.student.id, []).append(submission)
    nothing = {student.id: student for student in roster.students} if roster else {}
    return [
        _one_of(submissions) if submissions else HandedIn(nothing[id], remarks=["Nothing was handed in."], known=True)
        for id, submissions in by_id.items()
    ]


def _one_of(submissions: Sequence[HandedIn]) -> HandedIn:
    """The submission that counts: the latest, if it is known when each was handed in."""
    if len(submissions) == 1:
        return submissions[0]
    places = [submission.place for submission in submissions]
    times = {submission.handed_in: submission for submission in submissions if submission.handed_in}
    if len(times) < len(submissions):
        why = f"It is there more than once, as {' and '.join(places[:FEW])}, and it is not known which counts."
        return replace(submissions[0], refused=f"{why} Leave one of them there.")
    last = times[max(times)]
    others = ", ".join(place for place in places if place != last.place)
    last.remarks.append(f"It was handed in more than once. The last one counts: {last.place}, and not {others}.")
    return last


def _no_exercise(place: Path, look: Look, number: int, layout: str, stems: Sequence[str]) -> str:
    looked = f"in {place} there is no exercise's file. {_count(number, 'submission')} in the layout {layout!r}"
    wanted = f"were looked through for names such as {stems[0]}.py." if stems else "were looked through."
    example = next((legible(entry.name) for entry in look.folders), "")
    instead = f" If the submissions lie deeper, type the folder that holds them, such as {place}/{example}."
    return f"{looked} {wanted}{instead if example else ''}"
