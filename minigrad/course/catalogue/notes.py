"""The notes of an exercise: its title, hints, known mistakes and correct variants, and the form that they must have."""

from __future__ import annotations

import contextlib
import difflib
import json
import re
import tomllib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from minigrad.course.usage import UsageError


def read(path: Path) -> dict[str, Any]:
    """The notes in a .toml, or, in the students' edition, in the .json beside where it would be.

    Raises:
        UsageError: if they are missing or malformed, or have what nothing reads.
    """
    if path.with_suffix(".json").is_file() and not path.is_file():
        return dict(json.loads(path.with_suffix(".json").read_text(encoding="utf-8")))
    notes = _read_toml(path)
    for place, table in _tables(notes):
        if unknown := [key for key in table if key not in KEYS[place]]:
            raise UsageError(f"{path} has {_meaningless(unknown[0], place)}")
    for key, form, fits in FORMS:
        if key not in notes or not fits(notes[key]):
            raise UsageError(f"{path} needs {form}.")
    blocks = notes.get("blocks")
    if blocks is not None and not (
        isinstance(blocks, dict) and all(_are_texts(blocks.get(k)) for k in ("names", "of"))
    ):
        raise UsageError(f"{path} needs {BLOCKS}.")
    if not _are_predictions(notes.setdefault("predictions", [])):
        raise UsageError(f"{path} needs {PREDICTIONS}.")
    for key, form, fits in OPTIONAL:
        if key in notes and not fits(notes[key]):
            raise UsageError(f"{path} needs {form}, or nothing of that.")
    forms = [variant["name"] for variant in notes["variants"]]
    for mistake in notes["mistakes"]:
        if "form" in mistake and mistake["form"] not in forms:
            why = f"a mistake has the form {mistake['form']!r}, and no variant has this name"
            raise UsageError(f"{path}: {why}. There are: {', '.join(forms)}.")
    return notes


def read_head(path: Path) -> dict[str, Any]:
    """The notes above their first table: a small part of them, with the chapter and the title.

    Raises:
        UsageError: as `read` does, if these are not there.
    """
    with contextlib.suppress(FileNotFoundError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        head = re.split(r"^\[", path.read_text(encoding="utf-8"), maxsplit=1, flags=re.MULTILINE)[0]
        notes = tomllib.loads(head)  # which is no TOML if the bracket stands within a text
        if all(_is_text(notes.get(key)) for key in ("chapter", "title")):
            return notes
    return read(path)


def _tables(notes: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The notes and the tables in them, each with how it begins."""
    yield "", notes
    for place in list(KEYS)[1:]:
        found = notes.get(place.strip("[]"))
        yield from (
            (place, table) for table in (found if isinstance(found, list) else [found]) if isinstance(table, dict)
        )


def _meaningless(key: str, place: str) -> str:
    """The complaint about a key that nothing reads."""
    if key in KEYS[""]:
        return f'"{key}" below {place}, where it means nothing. Put it above the first line that begins with [.'
    near = difflib.get_close_matches(key, KEYS[place], n=1)
    hint = f'did you mean "{near[0]}"?' if near else f"there are {', '.join(KEYS[place])}."
    return f'"{key}"{f" below {place}" * bool(place)}, which means nothing; {hint}'


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def _are_words(value: Any) -> bool:
    return isinstance(value, dict) and all(_is_text(text) for text in value.values())


def _are_patches(name: str, value: Any) -> bool:
    """True if these are tables with a text of this name and with pairs of texts to replace."""
    return isinstance(value, list) and all(
        isinstance(patch, dict)
        and _is_text(patch.get(name))
        and isinstance(patch.get("replace"), list)
        and all(_are_texts(pair) and len(pair) == 2 for pair in patch["replace"])
        for patch in value
    )


def _are_predictions(value: Any) -> bool:
    """True if these are tables with a name, points, and wrong answers with what is said of each."""
    return isinstance(value, list) and all(
        isinstance(prediction, dict)
        and _is_text(prediction.get("name"))
        and type(prediction.get("points")) is int
        and prediction["points"] > 0
        and isinstance(prediction.get("wrong"), list)
        and all(isinstance(pair, list) and len(pair) == 2 and _is_text(pair[1]) for pair in prediction["wrong"])
        for prediction in value
    )


# The notes of an exercise must have these: the key, how it is written, and whether a value is that.
FORMS: list[tuple[str, str, Callable[[Any], bool]]] = [
    ("chapter", 'chapter = "..."', _is_text),
    ("title", 'title = "..."', _is_text),
    ("hints", 'hints = ["...", "..."]', _are_texts),
    ("mistakes", '[[mistakes]], each with says = "..." and replace = [["old", "new"]]', partial(_are_patches, "says")),
    ("variants", '[[variants]], each with name = "..." and replace = [["old", "new"]]', partial(_are_patches, "name")),
]

# They may have these for the map of the course.
OPTIONAL: list[tuple[str, str, Callable[[Any], bool]]] = [
    ("minutes", "minutes = 20", lambda value: type(value) is int and value > 0),
    ("needs", 'needs = ["names of exercises"]', _are_texts),
    ("words", '[words] with word = "what it means"', _are_words),
]

# All that they may have, and each of their tables.
KEYS: dict[str, tuple[str, ...]] = {
    "": (*(key for key, *_ in FORMS + OPTIONAL), "predictions", "blocks"),
    "[[mistakes]]": ("says", "replace", "form"),
    "[[variants]]": ("name", "replace"),
    "[[predictions]]": ("name", "points", "wrong"),
    "[blocks]": ("names", "of"),
}

PREDICTIONS = '[[predictions]], each with name = "...", points = 1 and wrong = [[answer, "..."]], or none'
BLOCKS = 'names = ["...", "..."] and of = ["...", "..."] in its [blocks], or no [blocks]'


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(f"{path} is not there. It has the exercise's title, hints, mistakes and variants.") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path} is no TOML: {error}.") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path} is no text in UTF-8. Save it as that.") from None
