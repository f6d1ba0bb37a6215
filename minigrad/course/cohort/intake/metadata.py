"""Read submission_metadata.yml, in which a Gradescope export describes its submissions.

    submission_409194023:
      :submitters:
      - :name: Ada Lovelace
        :sid: '123456789'
        :email: ada@example.org
      :created_at: 2026-04-26 17:34:00.861687000 Z
      :score: 2.0
      :results: ...

It is YAML as Ruby writes it, of which this much is read. The rest, such as what a student's program printed, is
indented further and passed over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from minigrad.course.files import legible

NAME = "submission_metadata.yml"
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "e": "\x1b", "0": "\0", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


@dataclass
class Described:
    """A submission, as the export describes it.

    Attributes:
        submitters: what is said of each: name, sid, email.
    """

    submitters: list[dict[str, str]] = field(default_factory=list)
    created_at: datetime | None = None


def read(text: str) -> dict[str, Described]:
    """The description of each submission, by the name of its folder."""
    found: dict[str, Described] = {}
    submission, section = Described(), ""
    for line in text.replace("\r\n", "\n").split("\n"):
        if top := re.match(r"(\S.*?):\s*$", line):
            submission, section = found.setdefault(_scalar(top[1]), Described()), ""
        elif key := re.match(r"  (:\w+):(.*)$", line):
            section = key[1]
            if section == ":created_at":
                submission.created_at = _time(_scalar(key[2]))
        elif section == ":submitters" and (item := re.match(r"  (- |  ):(\w+):(.*)$", line)):
            if item[1] == "- " or not submission.submitters:
                submission.submitters.append({})
            submission.submitters[-1][item[2]] = _scalar(item[3])
    return found


def _scalar(text: str) -> str:
    """The text of a value that stands in one line; "" where there is none."""
    text = re.sub(r"^[&!]\S*\s*", "", text.strip())
    if text in ("", "~", "null", "|-", "|", ">-"):
        return ""
    if text[0] == text[-1] == "'" and len(text) > 1:
        text = text[1:-1].replace("''", "'")
    elif text[0] == text[-1] == '"' and len(text) > 1:
        text = re.sub(r"\\(x..|u.{4}|U.{8}|.)", _unescaped, text[1:-1])
    return legible(text)


def _unescaped(found: re.Match[str]) -> str:
    code = found[1]
    try:
        return chr(int(code[1:], 16)) if len(code) > 1 else ESCAPES.get(code, code)
    except (ValueError, OverflowError):
        return found[0]


def _time(text: str) -> datetime | None:
    """A time as Ruby writes it: `2026-04-26 17:34:00.861687000 Z`, or with an offset in place of the Z."""
    found = re.match(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d+)?\s*(Z|UTC|[+-]\d\d:?\d\d)?$", text)
    try:
        return found and datetime.fromisoformat(f"{found[1]}T{found[2]}{_offset(found[4])}")
    except ValueError:
        return None


def _offset(text: str | None) -> str:
    return "+00:00" if text in (None, "Z", "UTC") else text
