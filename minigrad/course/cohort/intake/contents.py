"""Find the exercises' files among all that somebody handed in."""

from __future__ import annotations

import itertools
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from minigrad.course.cohort.intake.names import FEW, few
from minigrad.course.cohort.intake.trees import FILE, FOLDER, MAX_ENTRIES, Parts, Refused, Tree, unpacked
from minigrad.course.cohort.submissions import WHOLE
from minigrad.course.files import legible
from minigrad.course.grading.reading import MAX_SOURCE, Unreadable, meant_to_be, source_of, under_another_name

MAX_DEPTH = 8  # folders within folders
MAX_ZIP = 20 << 20
MAX_ZIPS = 5  # of one submission
MAX_ALIKE = 10  # files for one exercise
ARCHIVES = (".7z", ".rar", ".tar", ".tgz", ".gz", ".bz2", ".xz")
COPY = r"(final|copy|kopie|v?\d|[ _()-])+\.py"  # what follows in the name of a copy: "ex09_rnn_cell (1).py"
SO_IT_IS = "So it is with {:,} more."


@dataclass(frozen=True)
class Piece:
    """Something in the folder of all submissions that belongs to one of them.

    Attributes:
        parts: where it lies.
        kind: as its entry says.
        name: of a file, as the student called it.
        order: of two alike, the one with more came later.
    """

    parts: Parts
    kind: str
    name: str
    order: int = 0


@dataclass(frozen=True)
class File:
    """A file, or what stands in the place of one.

    Attributes:
        place: where it lies, for whoever looks for it.
        depth: how many folders it lies in.
    """

    tree: Tree
    parts: Parts
    kind: str
    name: str
    place: str
    depth: int = 0
    order: int = 0

    @property
    def rank(self) -> tuple[int, bool, int]:
        """Of several files for one exercise, the one with the least is taken."""
        return self.depth, self.parts[-2:-1] != ("exercises",), -self.order

    def read(self, limit: int) -> bytes:
        if self.kind not in (FILE, FOLDER):
            raise Refused(f"is a {self.kind}, and no file")
        return self.tree.read(self.parts, limit)

    def source(self) -> str:
        """The Python source that it holds.

        Raises:
            Refused: if it does not; it says it in a whole sentence.
        """
        try:
            return source_of(self.read(MAX_SOURCE), self.place, self.name)
        except Unreadable as error:
            raise Refused(str(error)) from None
        except Refused as error:
            raise Refused(f"{self.place} {error}.") from None


@dataclass
class Contents:
    """All that was found.

    Attributes:
        files: the files, from all folders and zips.
        refused: what was not looked into or cannot be, and why, in sentences.
    """

    files: list[File] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def look(tree: Tree, pieces: Sequence[Piece]) -> Contents:
    """All files of a submission: those in its folders and zips too, but not those in a zip that is in a zip."""
    contents = Contents()
    seen = zips = 0
    files = deque(File(tree, p.parts, p.kind, p.name, legible("/".join(p.parts)), order=p.order) for p in pieces)
    while files:
        file = files.popleft()
        is_zip = file.kind == FILE and file.name.lower().endswith(".zip")
        if file.kind == FOLDER and _exercise_of(file.name):
            contents.files.append(file)
        elif file.kind != FOLDER and not is_zip:
            contents.files.append(file)
            continue
        try:
            if is_zip:
                zips += 1
                inner = list(_unzipped(file, within=file.tree is not tree, zips=zips, contents=contents))
            else:
                inner = list(_within(file))
        except Refused as error:
            contents.refused.append(f"{file.place or 'The folder'} {error}.")
            continue
        seen += len(inner)
        if seen > MAX_ENTRIES:
            contents.refused.append(f"There are more than {MAX_ENTRIES:,} files. Hand in only the exercises' files.")
            break
        files.extend(inner)
    return contents


def _within(folder: File) -> Iterator[File]:
    entries = folder.tree.entries(folder.parts)
    if any(entry.name == "pyvenv.cfg" for entry in entries):
        return  # an installed Python
    for entry in entries:
        if entry.name.startswith(".") or entry.name in ("__MACOSX", "__pycache__", "node_modules"):
            continue
        if entry.kind == FOLDER and folder.depth >= MAX_DEPTH:
            raise Refused(f"holds folders within folders, of which {MAX_DEPTH} are looked into and no more")
        place = "/".join(filter(None, (folder.place, legible(entry.name))))
        yield File(folder.tree, (*folder.parts, entry.name), entry.kind, entry.name, place, folder.depth + 1)


def _unzipped(file: File, within: bool, zips: int, contents: Contents) -> Iterator[File]:
    if within:
        raise Refused("is a zip within a zip, which is not opened. Hand in the files themselves")
    if zips > MAX_ZIPS:
        raise Refused(f"is one zip too many: {MAX_ZIPS} are opened")
    archive = unpacked(file.read(MAX_ZIP))
    contents.refused += [f"{file.place}/{legible(name)} {why}." for name, why in archive.refused]
    yield from _within(File(archive, (), FOLDER, "", file.place, file.depth))


def take(contents: Contents, stems: Sequence[str]) -> tuple[dict[str, str], dict[str, str], list[str]]:
    """The sources of the exercises, why others were not taken, and what else there is to say."""
    sources: dict[str, str] = {}
    refused: dict[str, str] = {}
    remarks: list[str] = []
    rest = []
    called: dict[str, list[File]] = {}
    for file in contents.files:
        stem = _exercise_of(file.name)
        if stem in stems:
            called.setdefault(stem, []).append(file)
        else:
            rest.append(file)
    for stem, files in called.items():
        _decide(stem, sorted(files, key=lambda file: file.rank), sources, refused, remarks)
    for stem, file in _misnamed(rest, stems):
        if stem not in called and stem not in refused:
            refused[stem] = under_another_name(f"{stem}.py", file.place if file.depth else legible(file.name))
    remarks += few(list(_beside(rest, sources)), more=SO_IT_IS)
    if not sources and not refused:
        said = [_nothing(contents.files)] if contents.files or not contents.refused else []
        refused[WHOLE] = " ".join([*said, *contents.refused[:FEW]])
    else:
        remarks += few(contents.refused, more=SO_IT_IS)
    return sources, refused, remarks


def exercises(contents: Contents, stems: Sequence[str]) -> set[str]:
    """The exercises of which there is a file."""
    return {stem for file in contents.files if (stem := _exercise_of(file.name)) in stems}


def names_an_exercise(contents: Contents, stems: Sequence[str]) -> bool:
    """True if any file is called as an exercise's, or nearly so."""
    return bool(exercises(contents, stems)) or any(_misnamed(contents.files, stems))


def _exercise_of(name: str) -> str:
    return name.lower().removesuffix(".py") if name.lower().endswith(".py") else ""


def _misnamed(files: Sequence[File], stems: Sequence[str]) -> Iterator[tuple[str, File]]:
    """Files that were probably meant to be an exercise's, and of which: lstm_cell_backward.txt is not lstm_cell's."""
    for file in sorted(files, key=lambda file: (not file.name.endswith(".py"), file.rank, file.name)):
        meant = [stem for stem in stems if meant_to_be(stem, file.name)]
        if meant and not file.name.startswith(("test_", "training_")):  # those are the course's own
            yield max(meant, key=len), file


def _beside(files: Sequence[File], sources: dict[str, str]) -> Iterator[str]:
    """The remarks on copies beside a file that was taken, if something else stands in them."""
    for stem, source in sources.items():
        copies = [file for file in files if re.fullmatch(stem + COPY, file.name.lower())]
        if len(copies) > MAX_ALIKE:
            yield f"Beside {stem}.py there are {len(copies):,} copies, which were not looked at."
            continue
        for file in copies:
            try:
                if file.source() != source:
                    yield f"{file.place} is not taken: {stem}.py is there, too, and differs. Is it the right one?"
            except Refused as error:
                yield f"{error} It is a copy, and {stem}.py is taken."


def _decide(
    stem: str, files: Sequence[File], sources: dict[str, str], refused: dict[str, str], remarks: list[str]
) -> None:
    """Of the files for one exercise, the first by rank that can be read is taken, and nothing is done in silence."""
    if len(files) > MAX_ALIKE:
        refused[stem] = f"{stem}.py is there {len(files):,} times. Hand in one."
        return
    broken: list[str] = []
    for _, alike in itertools.groupby(files, key=lambda file: file.rank):
        texts: dict[File, str] = {}
        for file in alike:
            try:
                texts[file] = file.source()
            except Refused as error:
                broken.append(str(error))
        if texts:
            break
    else:
        refused[stem] = " ".join(broken[:FEW])
        return
    first, *same = texts
    if rival := next((file for file in same if texts[file] != texts[first]), None):
        both = f"{first.place} and {rival.place}"
        refused[stem] = f"{stem}.py is there twice, as {both}, and the two differ. Hand in one of them."
        return
    sources[stem] = texts[first]
    remarks += broken
    if first.name != f"{stem}.py":
        remarks.append(f"{first.place} was taken as {stem}.py.")
    if other := next((file for file in files if file.rank > first.rank), same[0] if same else None):
        remarks.append(
            f"{stem}.py is there twice. {first.place} was taken, and not {other.place}: {_why(first, other)}."
        )


def _why(taken: File, other: File) -> str:
    if taken.depth != other.depth:
        return "it lies in fewer folders"
    if taken.rank[1] != other.rank[1]:
        return "it lies in the folder exercises"
    return "it was handed in later" if taken.order != other.order else "they are the same"


def _nothing(files: Sequence[File]) -> str:
    if not files:
        return "There is no file in it."
    if any(file.name.lower().endswith(ARCHIVES) for file in files):
        return "Of archives only .zip is opened. Hand in that, or the files themselves."
    kinds = {file: "" if file.kind in (FILE, FOLDER) else f" (a {file.kind})" for file in files}
    names = sorted({legible(file.name) + kind for file, kind in kinds.items()})
    what = "No file in it has the name of an exercise, such as ex09_rnn_cell.py."
    return f"{what} There is: {', '.join(few(names))}."
