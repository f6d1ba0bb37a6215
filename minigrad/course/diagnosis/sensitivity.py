"""Find the pieces of the arguments that move a result, in the student's function and in the solution.

Where no known mistake gives the numbers, both are asked once more, with one piece of one argument changed: all of it,
its diagonal, a block, or one entry along an axis. A piece that moves only one of the results tells of the student's
function, whatever its mistake is:

    The diagonal of W_hh plays no part in h_next.
    c_next depends on the block of o in b, and should not.

A piece is said to play no part only if no number changes in its last digit, in several examples, whether the
change is large or small.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from minigrad.course.checks.students import Call, Example, Runner
from minigrad.course.diagnosis.probe import clumsiness
from minigrad.course.diagnosis.values import parts, same
from minigrad.course.results.outcomes import Halt, Mismatch, StudentError
from minigrad.course.results.spelled import listed

Array = np.ndarray

EXAMPLES = 3  # so many failing examples are looked at
AGAIN = 2  # so often a call is made once more, with nothing changed
LONGEST = 8  # along longer axes no single entries are changed
MOVED = 1e-7  # less than this, for the size of the numbers, may be rounding
SIZES_OF_CHANGES = (0.5, -3.0, 30.0)  # beside the spread of the numbers; only large ones get a number over a limit


class Piece(NamedTuple):
    """A piece of an argument: what it is, and for an entry the axis and the place."""

    argument: str
    kind: str  # "all", "diagonal", "rest", "block" or "entry"
    of: Any = None


@dataclass
class Seen:
    """The observations on one example: for each piece, the numbers of the student's and the right result that moved.

    Attributes:
        may: the same of the right result, where it moves with these numbers or with usual ones. An argument that
            should not matter here, since a gate is shut, is not one that should never matter.
        lengths: the shapes of the arguments.
        proportional: whether twice an argument gives twice the result: is it so, and should it be.
        alive_elsewhere: the pieces that move a result which is right.
        due_elsewhere: the pieces that should move such a result.
    """

    moved: dict[Piece, Array] = field(default_factory=dict)
    should: dict[Piece, Array] = field(default_factory=dict)
    may: dict[Piece, Array] = field(default_factory=dict)
    lengths: dict[str, tuple[int, ...]] = field(default_factory=dict)
    proportional: dict[str, tuple[bool, bool]] = field(default_factory=dict)
    alive_elsewhere: set[Piece] = field(default_factory=set)
    due_elsewhere: set[Piece] = field(default_factory=set)


def sensitivity(student: Runner, solution: Runner, drawn: Sequence[Example], blocks: Mapping[str, list[str]]) -> str:
    """Tell what moves the student's wrong result and should not, or does not move it and should; or ""."""
    failed = [(e.outcome, e.calls[-1]) for e in drawn if isinstance(e.outcome, Mismatch) and e.calls]
    chosen = sorted(((m, call) for m, call in failed if _is_telling(m, call)), key=lambda one: clumsiness(one[1]))
    if len({m.label for m, _ in chosen}) != 1 or len({call.function for _, call in chosen}) != 1:
        return ""
    label, function = chosen[0][0].label, chosen[0][1].function
    passed = [e.calls[-1] for e in drawn if e.outcome is None and e.calls]
    passed = sorted((call for call in passed if call.function == function and call.value is not None), key=clumsiness)
    try:
        places = [_place_of(mismatch, call) for mismatch, call in chosen[:EXAMPLES]]
        asked = [(call, place) for (_, call), place in zip(chosen, places, strict=False)]
        beside = [(call, places[0]) for call in passed[:1]]
        seen, right = (
            [_look(student, solution, call, place, blocks) for call, place in some] for some in (asked, beside)
        )
    except (StudentError, Halt, _Unlike):
        return ""
    moved = {piece for one in right for piece, numbers in one.moved.items() if numbers.any()}
    due = {piece for one in right for piece, numbers in one.may.items() if numbers.any()}
    for one in seen:
        one.alive_elsewhere, one.due_elsewhere = moved, due
    return _said(label, seen) if len(seen) > 1 and seen[0].moved else ""


class _Unlike(Exception):
    """The student's result cannot be held beside the right one."""


def _is_telling(mismatch: Mismatch, call: Call) -> bool:
    return mismatch.wrong is not None and call.value is not None and isinstance(mismatch.got, np.ndarray)


def _place_of(mismatch: Mismatch, call: Call) -> int:
    """The place of the part of the result that is wrong."""
    place = next((k for k, part in enumerate(parts(call.value)) if same(part, mismatch.got)), None)
    if place is None:
        raise _Unlike
    return place


def _look(student: Runner, solution: Runner, call: Call, place: int, blocks: Mapping[str, list[str]]) -> Seen:
    rng = np.random.default_rng(0)
    names, base = list(call.arguments), [_generic(value, rng) for value in call.arguments.values()]

    def both(arguments: list[Any]) -> tuple[Array, Array]:
        came, right = (
            parts(runner.call(call.function, copy.deepcopy(arguments)).value) for runner in (student, solution)
        )
        if len(came) != len(right) or place >= len(came):
            raise _Unlike
        a, b = came[place], right[place]
        if not (isinstance(a, np.ndarray) and isinstance(b, np.ndarray)) or a.shape != b.shape:
            raise _Unlike
        return a, b

    usual = [rng.normal(size=value.shape) if _is_of_floats(value) else value for value in base]

    def usually(arguments: list[Any]) -> Any:
        """The right result, or None if such numbers may not stand there."""
        try:
            return parts(solution.call(call.function, copy.deepcopy(arguments)).value)[place]
        except (StudentError, IndexError):
            return None

    seen, (came, right), as_usual = Seen(), both(base), usually(usual)
    if any(_differs(both(base)[0], came).any() for _ in range(AGAIN)):
        raise _Unlike  # the result is another each time, whatever is changed
    for i, name in enumerate(names):
        if not _is_of_floats(base[i]):
            continue
        seen.lengths[name] = base[i].shape
        for piece, mask in _pieces(name, base[i], blocks):
            moved, should = np.zeros(came.shape, bool), np.zeros(came.shape, bool)
            for size in SIZES_OF_CHANGES:
                change = size * (np.std(base[i]) or 1.0) * rng.uniform(0.5, 1.5, base[i].shape)
                now, right_now = both([*base[:i], np.where(mask, base[i] + change, base[i]), *base[i + 1 :]])
                moved |= _differs(now, came)
                should |= _differs(right_now, right)
            seen.moved[piece], seen.should[piece], seen.may[piece] = moved, should, should
            other = usually([*usual[:i], np.where(mask, usual[i] + rng.uniform(0.5, 1.5), usual[i]), *usual[i + 1 :]])
            if np.shape(other) == np.shape(as_usual) == should.shape:
                seen.may[piece] = should | _differs(other, as_usual)
        twice = both([*base[:i], 2 * base[i], *base[i + 1 :]])
        usually_twice = usually([*usual[:i], 2 * usual[i], *usual[i + 1 :]])
        always = usually_twice is None or as_usual is None or _is_twice(usually_twice, as_usual)
        seen.proportional[name] = _is_twice(twice[0], came), _is_twice(twice[1], right) and always
    return seen


def _generic(value: Any, rng: np.random.Generator) -> Any:
    """The argument, if it is an array, with no number that is zero or the same as another by chance."""
    if not _is_of_floats(value):
        return value
    return value + 0.5 * (np.std(value) or 1.0) * rng.normal(size=value.shape)


def _is_of_floats(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind == "f"


def _pieces(name: str, array: Array, blocks: Mapping[str, list[str]]) -> Iterator[tuple[Piece, Array]]:
    """The pieces of an argument, each with where it lies."""
    everywhere = np.ones(array.shape, bool)
    yield Piece(name, "all"), everywhere
    if array.ndim == 2 and len(array) == len(array.T) > 1:
        diagonal = np.eye(len(array), dtype=bool)
        yield Piece(name, "diagonal"), diagonal
        yield Piece(name, "rest"), ~diagonal
    if name in blocks.get("of", ()):
        of = np.arange(array.shape[-1]) * len(blocks["names"]) // array.shape[-1]
        for k, block in enumerate(blocks["names"]):
            yield Piece(name, "block", block), everywhere & (of == k)
    for axis, length in enumerate(array.shape):
        for k in range(length) if 1 < length <= LONGEST else ():
            mask = np.zeros(array.shape, bool)
            np.moveaxis(mask, axis, 0)[k] = True
            yield Piece(name, "entry", (axis, k)), mask


def _differs(now: Array, before: Array) -> Array:
    return np.asarray(~((now == before) | ((now != now) & (before != before))))


def _is_twice(now: Array, before: Array) -> bool:
    return bool(np.allclose(now, 2 * before, rtol=MOVED, atol=0) and np.any(before))


def _said(label: str, seen: Sequence[Seen]) -> str:
    """The first things that hold in all examples."""
    for say in (_without_part, _diagonals, _blocks, _entries, _too_much, _across, _in_proportion):
        if said := list(dict.fromkeys(say(label, seen))):
            return " ".join(said[:2])
    return ""


def _common(seen: Sequence[Seen], kind: str) -> list[Piece]:
    """The pieces of a kind that all examples have."""
    return [piece for piece in seen[0].moved if piece.kind == kind and all(piece in one.moved for one in seen)]


def _is_dead(piece: Piece, seen: Sequence[Seen]) -> bool:
    """True if this moves nothing, in any example, and should in all that are wrong."""
    return all(
        not one.moved[piece].any() and one.should[piece].any() and piece not in one.alive_elsewhere for one in seen
    )


def _is_alive(piece: Piece, seen: Sequence[Seen]) -> bool:
    return all(one.moved[piece].any() for one in seen)


def _without_part(label: str, seen: Sequence[Seen]) -> Iterator[str]:
    names = [piece.argument for piece in _common(seen, "all") if _is_dead(piece, seen)]
    if names:
        yield f"{listed(names)} play{'s' * (len(names) == 1)} no part in {label}: it stays the same whatever is there."


def _diagonals(label: str, seen: Sequence[Seen]) -> Iterator[str]:
    for piece in _common(seen, "diagonal"):
        rest = piece._replace(kind="rest")
        if _is_dead(piece, seen) and _is_alive(rest, seen):
            yield f"The diagonal of {piece.argument} plays no part in {label}: it stays the same whatever is there."
        if _is_dead(rest, seen) and _is_alive(piece, seen):
            yield f"Of {piece.argument} only the diagonal plays a part in {label}; all of it should."


def _blocks(label: str, seen: Sequence[Seen]) -> Iterator[str]:
    for name in dict.fromkeys(piece.argument for piece in _common(seen, "block")):
        blocks = [piece for piece in _common(seen, "block") if piece.argument == name]
        dead = [piece.of for piece in blocks if _is_dead(piece, seen)]
        alive = [piece.of for piece in blocks if _is_alive(piece, seen)]
        if dead and len(alive) == 1:
            yield f"Of {name} only the block of {alive[0]} plays a part in {label}; {listed(dead)} should as well."
        elif dead and alive:
            yield f"The block{'s' * (len(dead) > 1)} of {listed(dead)} in {name} " + (
                f"play{'s' * (len(dead) == 1)} no part in {label}."
            )


def _place(name: str, axis: int, k: str, dimensions: int) -> str:
    """The notation for an entry along an axis."""
    return f"{name}[{', '.join([':'] * axis + [k])}]" if axis < 2 or dimensions < 3 else f"{name}[..., {k}]"


def _entries(label: str, seen: Sequence[Seen]) -> Iterator[str]:
    for name in seen[0].lengths:
        dimensions = len(seen[0].lengths[name])
        for axis in range(dimensions):
            places = [_dead_places(one, name, axis) for one in seen]
            if not all(dead and len(dead) < length for dead, length in places) or max(n for _, n in places) < 3:
                continue  # nothing is dead there, or all is; or one of two entries, which is too little to say where
            first, last = all(0 not in d for d, _ in places), all(n - 1 not in d for d, n in places)
            if all(len(dead) == length - 1 for dead, length in places) and (first or last):
                only = _place(name, axis, "0" if first else "-1", dimensions)
                yield f"Of {name} only {only} plays a part in {label}."
            elif all(dead == [0] for dead, _ in places):
                yield f"{_place(name, axis, '0', dimensions)} plays no part in {label}."
            elif all(dead == [length - 1] for dead, length in places):
                yield f"{_place(name, axis, '-1', dimensions)} plays no part in {label}."


def _dead_places(one: Seen, name: str, axis: int) -> tuple[list[int], int]:
    """Along an axis of an argument: the entries that should move something and do not; and how many there are."""
    length = one.lengths[name][axis]
    pieces = {k: Piece(name, "entry", (axis, k)) for k in range(length)}
    known = {k: piece for k, piece in pieces.items() if piece in one.moved}
    return [k for k, p in known.items() if one.should[p].any() and not one.moved[p].any()], length


def _too_much(label: str, seen: Sequence[Seen]) -> Iterator[str]:
    for piece in [*_common(seen, "all"), *_common(seen, "block")]:
        if all(one.moved[piece].any() and not one.may[piece].any() and piece not in one.due_elsewhere for one in seen):
            what = f"the block of {piece.of} in {piece.argument}" if piece.of else piece.argument
            yield f"In your function {label} depends on {what}, and should not."


def _across(label: str, seen: Sequence[Seen]) -> Iterator[str]:
    """Entries of the result that depend on other entries of an argument than they should, along an axis."""
    for name in seen[0].lengths:
        dimensions = seen[0].moved[Piece(name, "all")].ndim
        for axis in range(len(seen[0].lengths[name])):
            for along in range(dimensions):
                pairs = [pair for one in seen if (pair := _dependence(one, name, axis, along)) is not None]
                if len(pairs) == len(seen):
                    here, there = _ordinal(along, dimensions), _ordinal(axis, len(seen[0].lengths[name]))
                    if said := _crossing(pairs):
                        yield said.format(label=label, name=name, here=here, there=there)


def _ordinal(axis: int, dimensions: int) -> str:
    return "last" if axis == dimensions - 1 and dimensions > 1 else ("first", "second", "third")[axis]


def _dependence(one: Seen, name: str, axis: int, along: int) -> tuple[Array, Array, Array] | None:
    """The entries of the argument (rows) that move those of the result (columns), should, and may; if as many."""
    pieces = [Piece(name, "entry", (axis, k)) for k in range(one.lengths[name][axis])]
    if not all(piece in one.moved for piece in pieces):
        return None
    is_, should, may = (np.array([_any_along(m[p], along) for p in pieces]) for m in (one.moved, one.should, one.may))
    return (is_, should, may) if is_.ndim == 2 and is_.shape[0] == is_.shape[1] > 1 else None


def _any_along(moved: Array, axis: int) -> Array:
    return np.asarray(np.moveaxis(moved, axis, 0).reshape(moved.shape[axis], -1).any(1))


def _crossing(pairs: Sequence[tuple[Array, Array, Array]]) -> str:
    extra, missing = [m & ~may for m, _, may in pairs], [s & ~m for m, s, _ in pairs]
    if all(np.array_equal(s, np.eye(len(s), dtype=bool)) for *_, s in pairs):
        own = "It should depend on its own one alone."
    elif all(np.array_equal(s, np.tril(np.ones_like(s))) for *_, s in pairs):
        own = "It should depend on its own one and all later ones."
    elif all(np.array_equal(s, np.triu(np.ones_like(s))) for *_, s in pairs):
        own = "It should depend on its own one and all earlier ones."
    else:
        return ""
    begin = "An entry of {label} along its {here} axis "
    if all(e.any() for e in extra):
        earlier, later = (all(not part(e).any() for e in extra) for part in (np.tril, np.triu))
        which = "earlier" if earlier else "later" if later else "other"
        return f"{begin}depends on {which} entries of {{name}} along the {{there}} axis. {own}"
    if all(m.any() for m in missing) and all(not np.diag(m).any() for m in missing):
        if all(np.array_equal(m, np.diag(np.diag(m))) for m, *_ in pairs):
            return f"{begin}depends on its own entry of {{name}} along the {{there}} axis alone. {own}"
        return f"{begin}does not depend on all entries of {{name}} along the {{there}} axis that it should. {own}"
    return ""


def _in_proportion(label: str, seen: Sequence[Seen]) -> Iterator[str]:
    for name in seen[0].proportional:
        if all(name in one.proportional and one.proportional[name] == (False, True) for one in seen):
            yield f"With twice the {name}, {label} should come out twice as large. In your function it does not."
