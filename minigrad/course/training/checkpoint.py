"""A checkpoint says where a training stands, so that one that was ended goes on there and learns the same numbers.

Each loop of a training names what its steps change: weights, generators, lists. All of that is kept every few seconds,
and when somebody ends the training. A training that is begun again runs as before; what its loops change is put back as
it was, and the steps that are done are left out.
"""

from __future__ import annotations

import contextlib
import copy
import io
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from minigrad.course.files import read_whole, write_whole
from minigrad.course.student.frames import FrameError, read_frame, write_frame
from minigrad.course.usage import UsageError


class Checkpoint:
    """The state of a training under way, as it is kept.

    A student's process can write there too. So what is read is numbers and text, and whoever must trust a result trains
    afresh.

    Args:
        path: where it is kept; None keeps nothing.
        digests: of all that the numbers depend on, by its name. Where one differs, what was kept is left out.
        fresh: whether what was kept is left out in any case.

    Attributes:
        loops: for each loop of the training that has begun, how many steps are done, and what these have
            changed.
        lost: how many steps were kept and are left out, since something that they depend on has changed.
        changed: the names of what has changed.
    """

    def __init__(
        self, path: Path | None = None, digests: Mapping[str, str] = MappingProxyType({}), fresh: bool = False
    ):
        self.loops: list[tuple[int, list[Any]]] = []
        self.lost, self.changed = 0, list[str]()
        self._path, self._digests = path, dict(digests)
        if path and not fresh:
            with contextlib.suppress(Exception):  # what cannot be read is learned again
                data = read_frame(io.BytesIO(read_whole(path)), exact=True)
                loops = [(int(done), list(states)) for done, states in data["loops"]]
                self.changed = [name for name, digest in digests.items() if data["digests"].get(name) != digest]
                if self.changed:
                    self.lost = sum(done for done, _ in loops)
                else:
                    self.loops = loops

    @property
    def done(self) -> int:
        """The number of steps that are done."""
        return sum(done for done, _ in self.loops)

    def keep(self, loop: int, done: int, changing: tuple[Any, ...]) -> None:
        """Keep what the loop of this number has come to, beside those before it."""
        self.loops[loop:] = [(done, [_state(each) for each in changing])]
        if self._path:
            frame = io.BytesIO()
            with contextlib.suppress(OSError, FrameError, UsageError):  # then it is not kept
                write_frame(frame, {"digests": self._digests, "loops": self.loops}, exact=True)
                self._path.parent.mkdir(exist_ok=True)
                write_whole(self._path, frame.getvalue())

    def put_back(self, loop: int, changing: tuple[Any, ...]) -> int:
        """Make these as they were in the loop of this number: how many steps are done."""
        if loop >= len(self.loops):
            return 0
        done, states = self.loops[loop]
        for each, state in zip(changing, states, strict=True):
            _put_back(each, state)
        return done

    def remove(self) -> None:
        """Keep nothing any more."""
        if self._path:
            with contextlib.suppress(OSError):
                self._path.unlink(missing_ok=True)


def _state(thing: Any) -> Any:
    """A copy of all that is in it: what a loop has come to is written again with every later one."""
    match thing:
        case np.random.Generator():
            return thing.bit_generator.state
        case list() if all(type(item) is float for item in thing):
            return np.array(thing)  # which may be longer than a list that is kept
        case np.ndarray() | list() | dict():
            return copy.deepcopy(thing)
        case _:
            return copy.deepcopy(thing.state_dict())


def _put_back(thing: Any, state: Any) -> None:
    match thing:
        case np.random.Generator():
            thing.bit_generator.state = state
        case np.ndarray():
            thing[...] = state
        case list():
            thing[:] = state.tolist() if isinstance(state, np.ndarray) else state
        case dict():
            thing.clear()
            thing.update(state)
        case _:
            thing.load_state_dict(state)
