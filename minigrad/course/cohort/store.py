"""The store: what was handed in and what it came to, in one SQLite file; docs/grading.md describes its tables.

A result is written before anybody is told of it, and nothing that was written is lost when the process or the machine
stops. Only one run has a store open at a time.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from minigrad.course.catalogue import versions
from minigrad.course.catalogue.course import Exercise
from minigrad.course.cohort.submissions import WHOLE, Student, Submission
from minigrad.course.cohort.worker import Found
from minigrad.course.results.status import Status
from minigrad.course.results.verdicts import ExerciseResult
from minigrad.course.student.frames import read_frame, write_frame
from minigrad.course.usage import UsageError

SCHEMA = 1
APPLICATION = 0x6D677264  # "mgrd", which marks the file as one of ours
PAGE = 500  # rows that are read at once: what is graded next is looked up while results are written

_TABLES = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE submissions (
    student TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    roster TEXT NOT NULL,     -- the line of the roster, as a JSON object
    place TEXT NOT NULL,
    refused TEXT NOT NULL,    -- why nothing of it was taken, or ''
    remarks TEXT NOT NULL,    -- a JSON array
    handed_in TEXT            -- ISO 8601
) WITHOUT ROWID;
CREATE TABLE files (
    student TEXT NOT NULL REFERENCES submissions ON DELETE CASCADE,
    exercise TEXT NOT NULL,   -- such as ex09_rnn_cell
    source TEXT,              -- SHA-256 of its text; NULL if it was refused
    refused TEXT NOT NULL,    -- why it was not taken, or ''
    PRIMARY KEY (student, exercise)
) WITHOUT ROWID;
CREATE INDEX files_by_source ON files (exercise, source);
CREATE TABLE sources (digest TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE results (
    id INTEGER PRIMARY KEY,
    exercise TEXT NOT NULL,
    source TEXT NOT NULL REFERENCES sources,
    course TEXT NOT NULL,     -- digest of the exercise's own files: solution, checks, notes
    grader TEXT NOT NULL,     -- digest of the framework and of what it runs with
    salt TEXT NOT NULL,       -- what the examples were drawn from
    further INTEGER NOT NULL, -- how many further examples a file was tried on that won all points
    counts INTEGER NOT NULL,  -- 1 for the one result of this file that is its grade
    confinement TEXT NOT NULL,
    provisional INTEGER NOT NULL,
    status TEXT NOT NULL,
    points INTEGER,           -- NULL where there is no verdict
    max_points INTEGER NOT NULL,
    seconds REAL NOT NULL,
    tries INTEGER NOT NULL,
    graded_at TEXT NOT NULL,  -- ISO 8601, UTC
    found BLOB NOT NULL,      -- all of it, as a frame (minigrad/course/student/frames.py)
    UNIQUE (exercise, source, course, grader, salt, further)
);
CREATE UNIQUE INDEX grades ON results (exercise, source) WHERE counts;
CREATE TABLE checks (
    result INTEGER NOT NULL REFERENCES results ON DELETE CASCADE,
    place INTEGER NOT NULL,
    title TEXT NOT NULL,
    status TEXT NOT NULL,
    points INTEGER,
    max_points INTEGER NOT NULL,
    message TEXT NOT NULL,
    diagnosis TEXT NOT NULL,
    PRIMARY KEY (result, place)
) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class Version:
    """The version of everything a result depends on, but for the file itself and the salt.

    Attributes:
        whole: a digest of both.
    """

    course: str
    grader: str
    whole: str

    @classmethod
    def of(cls, exercise: Exercise) -> Version:
        course = versions.digest(file.read_bytes() for file in exercise.sources)
        return cls(course, versions.grader().decode(), exercise.version)


@dataclass(frozen=True)
class File:
    """An exercise's file, whoever handed it in: two students who hand in the same are graded once."""

    stem: str
    digest: str


@dataclass(frozen=True)
class Kept:
    """A result as the store has it."""

    result: ExerciseResult
    confinement: str
    provisional: bool


class Store:
    """An open store.

    Args:
        path: of its file, which is made if it is not there and `make` says so.
        salt: what examples are drawn from; if None, the one that the store has, or in a new one a secret of its own.

    Raises:
        UsageError: if the file is no store, another run has it open, or its salt is another.
    """

    def __init__(self, path: Path, make: bool = True, salt: str | None = None):
        self.path = path
        if not path.exists():
            if not make:
                raise UsageError(
                    f"there is no store {path}. python grader.py cohort SUBMISSIONS --store {path} makes it."
                )
            with contextlib.suppress(FileExistsError), _told(path):
                os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))  # its salt is a secret
        with _told(path):
            self.db = sqlite3.connect(path, isolation_level=None, timeout=0.5)
            self.db.executescript("PRAGMA locking_mode=EXCLUSIVE; PRAGMA foreign_keys=ON;")
            self._begin(salt or secrets.token_hex(16))
        self.salt = self._about("salt")
        if salt not in (None, self.salt):
            self.close()
            raise UsageError(f"{path} has results of another salt. Leave --salt out, or choose another store.")

    def _begin(self, salt: str) -> None:
        (version,) = self.db.execute("PRAGMA user_version").fetchone()
        (application,) = self.db.execute("PRAGMA application_id").fetchone()
        empty = not self.db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if not empty and application != APPLICATION:
            raise UsageError(f"{self.path} is a database of something else. Choose another --store.")
        if not empty and version != SCHEMA:
            raise UsageError(f"{self.path} has version {version} of the store, and this grader knows {SCHEMA}.")
        self.db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;")
        if empty:
            marks = f"PRAGMA application_id={APPLICATION}; PRAGMA user_version={SCHEMA};"
            self.db.executescript(f"BEGIN; {_TABLES} {marks} COMMIT;")
        with self.writing():
            self.db.execute("INSERT OR IGNORE INTO about VALUES ('salt', ?)", [salt])

    def __enter__(self) -> Store:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self.db.close()

    def _about(self, name: str) -> str:
        return str(self.db.execute("SELECT value FROM about WHERE name = ?", [name]).fetchone()[0])

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """All that is written in this block is on the disk when it is left, or nothing of it.

        Raises:
            UsageError: if that cannot be, since the disk is full, say; what was written before stays.
        """
        try:
            self.db.execute("BEGIN IMMEDIATE")
            yield
            self.db.execute("COMMIT")
        except BaseException as error:
            if self.db.in_transaction:
                self.db.execute("ROLLBACK")
            if isinstance(error, sqlite3.OperationalError):
                kept = "All results that were written before are kept, and the same command goes on from there."
                raise UsageError(f"cannot write to the store {self.path}: {error}. {kept}") from None
            raise

    def take(self, submissions: Iterable[Submission]) -> None:
        """Take what students hand in, in place of what they handed in before."""
        with self.writing():
            for submission in submissions:
                self._take(submission)

    def _take(self, submission: Submission) -> None:
        student = submission.student
        self.db.execute("DELETE FROM submissions WHERE student = ?", [student.id])
        self.db.execute(
            "INSERT INTO submissions VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                student.id,
                student.name,
                student.email,
                json.dumps(dict(student.roster)),
                submission.place,
                submission.refused.get(WHOLE, ""),
                json.dumps(submission.remarks),
                submission.handed_in and submission.handed_in.isoformat(),
            ],
        )
        for stem, text in submission.sources.items():
            digest = versions.digest([text.encode()])
            self.db.execute("INSERT OR IGNORE INTO sources VALUES (?, ?)", [digest, text])
            self.db.execute("INSERT INTO files VALUES (?, ?, ?, '')", [student.id, stem, digest])
        for stem, why in submission.refused.items():
            if stem != WHOLE and stem not in submission.sources:
                self.db.execute("INSERT INTO files VALUES (?, ?, NULL, ?)", [student.id, stem, why])

    def forget_all_but(self, students: set[str]) -> None:
        """Forget the submissions of others; results stay, for whoever hands in the same."""
        gone = [(id,) for (id,) in self.db.execute("SELECT student FROM submissions") if id not in students]
        with self.writing():
            self.db.executemany("DELETE FROM submissions WHERE student = ?", gone)

    def stems(self) -> list[str]:
        """The exercises of which anything was handed in."""
        return [stem for (stem,) in self.db.execute("SELECT DISTINCT exercise FROM files ORDER BY exercise")]

    def waiting(self, stem: str, further: int, trusted: bool) -> Iterator[File]:
        """The files of an exercise that have no result yet, or none that is final.

        Args:
            further: how many further examples are looked at; a result that looked at fewer is not final.
            trusted: whether confinement is strong now, so that a provisional result need not stay.
        """
        return self._files(
            stem,
            "LEFT JOIN results ON results.exercise = files.exercise AND results.source = files.source AND counts",
            "(id IS NULL OR status = ? OR results.further < ? OR (provisional AND ?))",
            [Status.INFRA, further, trusted],
        )

    def outdated(self, stem: str, now: Version) -> Iterator[File]:
        """The files of an exercise whose grade is of another version of it, or of the grader."""
        return self._files(
            stem,
            "JOIN results ON results.exercise = files.exercise AND results.source = files.source AND counts",
            "NOT (course = ? AND grader = ?)",
            [now.course, now.grader],
        )

    def _files(self, stem: str, joined: str, where: str, values: Sequence[object]) -> Iterator[File]:
        """The files of an exercise of which something holds, page by page: results may be written meanwhile."""
        last = ""
        while rows := self.db.execute(
            f"""
            SELECT DISTINCT files.source FROM files {joined}
            WHERE files.exercise = ? AND files.source > ? AND {where} ORDER BY files.source LIMIT {PAGE}
            """,
            [stem, last, *values],
        ).fetchall():
            yield from (File(stem, digest) for (digest,) in rows)
            last = rows[-1][0]

    def source(self, digest: str) -> str:
        return str(self.db.execute("SELECT text FROM sources WHERE digest = ?", [digest]).fetchone()[0])

    def keep(self, file: File, version: Version, further: int, found: Found, tries: int, counts: bool = True) -> None:
        """Write a result; it is part of what `writing` writes."""
        result = found.data
        checks = result["checks"]
        statuses = {check["status"] for check in checks}
        infra = Status.INFRA in statuses
        key = [file.stem, file.digest, version.course, version.grader, self.salt, further]
        if counts:
            self.db.execute("UPDATE results SET counts = 0 WHERE exercise = ? AND source = ?", key[:2])
        self.db.execute(
            """
            DELETE FROM results WHERE exercise = ? AND source = ? AND course = ? AND grader = ? AND salt = ?
            AND further = ?
            """,
            key,
        )
        frame = io.BytesIO()
        write_frame(frame, result, exact=True)
        row = self.db.execute(
            f"INSERT INTO results VALUES (NULL{', ?' * 16})",
            [
                *key,
                counts,
                found.confinement,
                found.provisional,
                found.status,
                None if infra else sum(check["points"] for check in checks),
                sum(check["max_points"] for check in checks),
                found.seconds,
                tries,
                datetime.now(UTC).isoformat(timespec="seconds"),
                frame.getvalue(),
            ],
        )
        self.db.executemany(
            "INSERT INTO checks VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                [
                    row.lastrowid,
                    place,
                    check["title"],
                    check["status"],
                    None if check["status"] == Status.INFRA else check["points"],
                    check["max_points"],
                    check["message"],
                    check["diagnosis"],
                ]
                for place, check in enumerate(checks)
            ],
        )

    def has(self, file: File, version: Version) -> bool:
        """True if this version has a verdict on a file, and looked at as many further examples as its grade did."""
        return self._found(file, version)[1] not in (None, Status.INFRA)

    def further(self, file: File) -> int:
        """The number of further examples that the grade of a file looked at."""
        (further,) = self.db.execute(
            "SELECT max(further) FROM results WHERE exercise = ? AND source = ? AND counts", [file.stem, file.digest]
        ).fetchone()
        return further or 0

    def _found(self, file: File, version: Version) -> tuple[int, str] | tuple[None, None]:
        """The row of what this version found, a verdict if it can be, and its status.

        One that looked at fewer further examples than the grade did is none: it would give back what was lost there.
        """
        row: tuple[int, str] | None = self.db.execute(
            """
            SELECT id, status FROM results WHERE exercise = ? AND source = ? AND course = ? AND grader = ? AND salt = ?
            AND further >= ? ORDER BY status = ?, further DESC LIMIT 1
            """,
            [file.stem, file.digest, version.course, version.grader, self.salt, self.further(file), Status.INFRA],
        ).fetchone()
        return row or (None, None)

    def count(self, file: File, version: Version) -> None:
        """Let the result of this version be the grade, if there is one and it is a verdict."""
        id, status = self._found(file, version)
        if status not in (None, Status.INFRA):
            self.db.execute("UPDATE results SET counts = 0 WHERE exercise = ? AND source = ?", [file.stem, file.digest])
            self.db.execute("UPDATE results SET counts = 1 WHERE id = ?", [id])

    def merge(self, other: Path) -> None:
        """Take in all that another store has, in place of what is here of the same students and files."""
        key = "exercise, source, course, grader, salt, further"
        columns = ", ".join(row[1] for row in self.db.execute("PRAGMA table_info(results)") if row[1] != "id")
        (above,) = self.db.execute("SELECT coalesce(max(id), 0) FROM results").fetchone()
        self.db.execute("ATTACH ? AS other", [str(other)])
        try:
            with self.writing():
                self.db.execute("DELETE FROM submissions WHERE student IN (SELECT student FROM other.submissions)")
                self.db.execute(f"DELETE FROM results WHERE ({key}) IN (SELECT {key} FROM other.results)")
                graded = "(exercise, source) IN (SELECT exercise, source FROM other.results WHERE counts)"
                self.db.execute(f"UPDATE results SET counts = 0 WHERE {graded}")
                for table in ("submissions", "files", "sources"):
                    self.db.execute(f"INSERT OR IGNORE INTO {table} SELECT * FROM other.{table}")
                self.db.execute(
                    f"INSERT INTO results (id, {columns}) SELECT id + ?, {columns} FROM other.results", [above]
                )
                names = "place, title, status, points, max_points, message, diagnosis"
                self.db.execute(f"INSERT INTO checks SELECT result + ?, {names} FROM other.checks", [above])
        finally:
            self.db.execute("DETACH other")

    def __len__(self) -> int:
        """The number of students who handed something in."""
        return int(self.db.execute("SELECT count(*) FROM submissions").fetchone()[0])

    def graded_at(self) -> datetime | None:
        """The time when the last grade came."""
        (last,) = self.db.execute("SELECT max(graded_at) FROM results WHERE counts").fetchone()
        return last and datetime.fromisoformat(last)

    def has_copies(self) -> bool:
        """True if anybody's file for an exercise is the same as somebody else's."""
        copies = "SELECT 1 FROM files WHERE source > '' GROUP BY exercise, source HAVING count(*) > 1 LIMIT 1"
        return self.db.execute(copies).fetchone() is not None

    def is_timed(self) -> bool:
        """True if it is known of any submission when it was handed in."""
        return self.db.execute("SELECT 1 FROM submissions WHERE handed_in > '' LIMIT 1").fetchone() is not None

    def submissions(self) -> Iterator[Submission]:
        """The submissions without their texts, by the students' ids."""
        last = ""
        while rows := self.db.execute(
            "SELECT * FROM submissions WHERE student > ? OR (student = '' AND ? = '') ORDER BY student LIMIT ?",
            [last, last, PAGE],
        ).fetchall():
            for row in rows:
                yield _submission(*row)
            last = rows[-1][0]
            if len(rows) < PAGE:
                return

    def submission(self, place: int) -> Submission:
        """The submission at this place among all."""
        return _submission(
            *self.db.execute("SELECT * FROM submissions ORDER BY student LIMIT 1 OFFSET ?", [place]).fetchone()
        )

    def files(self, student: str) -> dict[str, tuple[str, str]]:
        """For each exercise of which a student handed something in: the digest of the file, or why it was refused."""
        rows = self.db.execute("SELECT exercise, source, refused FROM files WHERE student = ?", [student])
        return {stem: (digest or "", refused) for stem, digest, refused in rows}

    def result(self, exercise: Exercise, digest: str, path: Path, version: Version | None = None) -> Kept | None:
        """The result of a file: its grade, or what this version found.

        Args:
            path: where the file was, which is no part of what is kept.
        """
        which = "counts" if version is None else "id = ?"
        row = self.db.execute(
            f"""
            SELECT found, confinement, provisional FROM results
            WHERE exercise = ? AND source = ? AND {which}
            """,
            [exercise.stem, digest, *(self._found(File(exercise.stem, digest), version)[:1] if version else ())],
        ).fetchone()
        if row is None:
            return None
        found, confinement, provisional = row
        data = read_frame(io.BytesIO(found), exact=True)
        result = ExerciseResult.from_data(exercise.heading, path, data)
        return Kept(result, confinement, bool(provisional))


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    """Say what is the matter with a store in a sentence."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise UsageError(f"another run has {path} open. Wait for it, or choose another --store.") from None
        raise UsageError(f"cannot open the store {path}: {error}.") from None
    except sqlite3.DatabaseError:
        raise UsageError(f"{path} is no store of results. Choose another --store.") from None
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}.") from None


def _submission(
    id: str, name: str, email: str, roster: str, place: str, refused: str, remarks: str, handed_in: str | None
) -> Submission:
    return Submission(
        Student(id, name, email, json.loads(roster)),
        place,
        refused={WHOLE: refused} if refused else {},
        remarks=json.loads(remarks),
        handed_in=datetime.fromisoformat(handed_in) if handed_in else None,
    )
