"""The ways in which each system lays out what was handed in, and whose each part is.

    folders     smith/, smith.zip                                   a folder or a zip for each student
    files       smith_ex09_rnn_cell.py, smith.zip                   files named after students
    gradescope  submission_409194023/, submission_metadata.yml      what Gradescope exports
    canvas      smithjane_LATE_12345_67890_ex09_rnn_cell-1.py       what Canvas calls Download Submissions
    moodle      Jane Smith_1234567_assignsubmission_file_/          what Moodle calls Download all submissions
    classroom   rnn-week-3-janesmith/                               repositories of GitHub Classroom

A layout goes through the entries of the folder and says of each whose it is, or that it is nobody's.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from minigrad.course.cohort.intake import metadata
from minigrad.course.cohort.intake.contents import Piece
from minigrad.course.cohort.intake.metadata import Described
from minigrad.course.cohort.intake.roster import Handle
from minigrad.course.cohort.intake.trees import FILE, FOLDER, Entry
from minigrad.course.cohort.submissions import Student
from minigrad.course.files import legible

JUNK = ("__MACOSX", "Thumbs.db", "desktop.ini")
LATE = "Canvas marks it as late."


@dataclass
class Claim:
    """Somebody's part of what was handed in.

    Attributes:
        whose: what is the same in all parts of one submission.
        student: who it is, as far as the layout tells.
        handles: by what a roster may know them, the surest first.
        piece: what it is; None if there is nothing to take, and `refused` says why.
    """

    whose: str
    student: Student
    handles: Sequence[Handle]
    piece: Piece | None = None
    remarks: list[str] = field(default_factory=list)
    refused: str = ""
    handed_in: datetime | None = None


@dataclass(frozen=True)
class Look:
    """The folder of all submissions.

    Attributes:
        name: what it is called.
        described: what a Gradescope export says of its folders.
        hidden: the folders whose names begin with a dot.
    """

    name: str
    entries: Sequence[Entry]
    described: Mapping[str, Described] = field(default_factory=dict)
    hidden: Sequence[str] = ()

    @property
    def folders(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.kind == FOLDER]


Reader = Callable[[Look], Iterator[tuple[Entry, list[Claim]]]]  # each entry with whose it is: nobody's, or several's


def _anybody(name: str) -> list[Handle]:
    """The handles by which a roster may know somebody of whom there is nothing but a text."""
    return [[(kind, name) for kind in ("number", "user", "email", "name")]]


def _is_zip(entry: Entry) -> bool:
    return entry.kind == FILE and entry.name.lower().endswith(".zip")


def _named(entry: Entry, who: str, name: str = "") -> Claim:
    piece = Piece((entry.name,), entry.kind, name or entry.name)
    return Claim(who, Student(legible(who)), _anybody(who), piece)


def folders(look: Look) -> Iterator[tuple[Entry, list[Claim]]]:
    for entry in look.entries:
        if entry.kind != FILE:
            yield entry, [_named(entry, entry.name)]
        elif _is_zip(entry):
            yield entry, [_named(entry, entry.name[:-4])]
        else:
            yield entry, []


_NAMED_FILE = re.compile(r"(.+?)[ _.-]+(ex\d.*)", re.IGNORECASE)


def files(look: Look) -> Iterator[tuple[Entry, list[Claim]]]:
    for entry in look.entries:
        if found := _NAMED_FILE.fullmatch(entry.name):
            yield entry, [_named(entry, found[1], found[2])]
        elif _is_zip(entry):
            yield entry, [_named(entry, entry.name[:-4])]
        else:
            yield entry, []


def gradescope(look: Look) -> Iterator[tuple[Entry, list[Claim]]]:
    """A submission of several students is one of each of them."""
    for entry in look.entries:
        said = look.described.get(entry.name)
        if said and said.submitters:
            yield entry, [_submitter(entry, said, person) for person in said.submitters]
        elif entry.kind == FOLDER or said:
            claim = _named(entry, entry.name)
            claim.remarks.append(f"{metadata.NAME} does not say whose it is.")
            yield entry, [claim]
        elif entry.name != metadata.NAME:
            yield entry, []
    there = {entry.name for entry in look.entries}
    for name in look.described.keys() - there:
        entry, said = Entry(name, "gap"), look.described[name]
        claims = [_submitter(entry, said, person) for person in said.submitters]
        for claim in claims:
            claim.piece, claim.refused = None, f"{metadata.NAME} names {legible(name)}, which is not there."
        yield entry, claims


def _submitter(entry: Entry, said: Described, person: Mapping[str, str]) -> Claim:
    name, number, email = (person.get(key, "") for key in ("name", "sid", "email"))
    who = number or email or name or entry.name
    handles: list[Handle] = [[(kind, v)] for kind, v in (("number", number), ("email", email), ("name", name)) if v]
    claim = Claim(f"{entry.name}\n{who}", Student(legible(who), name, email), handles)
    claim.piece = Piece((entry.name,), entry.kind, entry.name)
    claim.handed_in = said.created_at
    others = [other.get("name") or other.get("email", "") for other in said.submitters if other is not person]
    if others:
        claim.remarks.append(f"It was handed in together with {', '.join(others)}.")
    return claim


# <name>_[LATE_]<user>_<upload>_<what the file was called>; in anonymous grading anon_<some signs> for name and user.
_OF_CANVAS = re.compile(
    r"(?:(?P<name>.*?)_)??(?P<late>LATE_)?(?P<user>\d+|anon_[^_]+)_(?:(?P<upload>\d+)_(?P<file>.+)|(?:text|link)\.html)",
    re.DOTALL,
)


def canvas(look: Look) -> Iterator[tuple[Entry, list[Claim]]]:
    for entry in look.entries:
        found = _OF_CANVAS.fullmatch(entry.name) if entry.kind != FOLDER else None
        if not found:
            yield entry, []
            continue
        user, name = found["user"], found["name"] or ""
        handles: list[Handle] = [[("canvas", user)], *([[("name", name)]] if name else [])]
        claim = Claim(user, Student(legible(user), legible(name)), handles, remarks=[LATE] if found["late"] else [])
        if found["file"]:
            claim.piece = Piece((entry.name,), entry.kind, _original(found["file"]), int(found["upload"][:18]))
        else:
            claim.refused = "It was typed or linked in Canvas. Hand in the exercises' files."
        yield entry, [claim]


# <name>_<number>_assignsubmission_<kind>_, as a folder or before each file's name.
_OF_MOODLE = re.compile(r"(?P<name>.*)_(?P<number>\d+)_assignsubmission_(?P<kind>[a-z]+)_(?P<file>.*)", re.DOTALL)


def moodle(look: Look) -> Iterator[tuple[Entry, list[Claim]]]:
    for entry in look.entries:
        found = _OF_MOODLE.fullmatch(entry.name)
        if not found:
            yield entry, []
            continue
        number = found["number"]
        name = "" if found["name"].lower() == "participant" else found["name"]
        handles: list[Handle] = [[("participant", number)], *([[("name", name)]] if name else [])]
        claim = Claim(number, Student(number, legible(name)), handles)
        if found["kind"] == "file":
            claim.piece = Piece((entry.name,), entry.kind, found["file"] or entry.name)
        else:
            claim.refused = "It was typed in Moodle. Hand in the exercises' files."
        yield entry, [claim]


def classroom(look: Look) -> Iterator[tuple[Entry, list[Claim]]]:
    prefix = _assignment(look)
    for entry in look.entries:
        if entry.kind == FILE:
            yield entry, []
            continue
        user = entry.name.removeprefix(prefix)
        ends = [("user", entry.name[i + 1 :]) for i, sign in enumerate(entry.name) if sign == "-"]
        claim = _named(entry, user)
        claim.handles = [[("user", user)] if prefix else ends]
        yield entry, [claim]


def _assignment(look: Look) -> str:
    """The beginning of all repositories' names: the assignment's, as the folder is called or as they agree."""
    names = [entry.name for entry in look.folders]
    said = f"{look.name.removesuffix('-submissions')}-"
    if look.name.endswith("-submissions") and all(name.startswith(said) for name in names):
        return said
    words = [name.split("-")[:-1] for name in names] if len(names) > 1 else []
    common = itertools.takewhile(lambda same: len(set(same)) == 1, zip(*words, strict=False))
    return "".join(f"{word}-" for word, *_ in common)


LAYOUTS: dict[str, Reader] = {
    "folders": folders,
    "files": files,
    "gradescope": gradescope,
    "canvas": canvas,
    "moodle": moodle,
    "classroom": classroom,
}


def recognised(look: Look) -> str:
    """The name of its layout, or ""."""
    if any(entry.name == metadata.NAME for entry in look.entries):
        return "gradescope"
    if any(_OF_MOODLE.fullmatch(entry.name) for entry in look.entries):
        return "moodle"
    loose = [entry.name for entry in look.entries if entry.kind != FOLDER]
    if loose and not look.folders and 2 * sum(bool(_OF_CANVAS.fullmatch(name)) for name in loose) > len(loose):
        return "canvas"
    if look.folders and look.name.endswith("-submissions") and _assignment(look).startswith(look.name[:-12]):
        return "classroom"
    if any(claims for _, claims in files(look)) and not look.folders:
        return "files"
    return "folders" if any(entry.kind != FILE or _is_zip(entry) for entry in look.entries) else ""


def visible(entries: Sequence[Entry]) -> list[Entry]:
    """The entries without what systems leave in folders."""
    return [entry for entry in entries if not entry.name.startswith(".") and entry.name not in JUNK]


def hidden_folders(entries: Sequence[Entry]) -> list[str]:
    """The hidden folders, which are not looked at and might be somebody's."""
    return [entry.name for entry in entries if entry.name.startswith(".") and entry.kind == FOLDER]


def _original(name: str) -> str:
    """The name of a file before Canvas numbered it, since it had been handed in before.

    >>> _original("ex09_rnn_cell-1.py")
    'ex09_rnn_cell.py'
    """
    return re.sub(r"^([^.]*?)-\d+(?=\.|$)", r"\1", name)
