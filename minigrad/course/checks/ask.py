"""The specification of one of a student's functions, and its checks, in a line each.

    bptt = Ask("bptt", takes="dhs x h0 hs W_xh W_hh",
               gives={"dx": "T N D", "dh0": "N H", "dW_xh": "D H", "dW_hh": "H H", "db": "H"},
               T=steps, N=size, D=size, H=size)

    @bptt.example
    def a_network_after_its_forward_pass(rng, T, N, D, H): ...        # the arguments, by name

    @bptt.reference
    def derivatives_of_the_unrolled_network(dhs, hs, **network): ...  # what it should give

    test_single_step = bptt.check("through a single step", 2, T=1)
    test_dx = bptt.check("dx, the gradient of every input", 2, "dx")
    test_pure = bptt.pure(1, needs=[test_single_step])

An example, what the reference makes of it and what the student answers are found once, whichever checks compare them.
"""

from __future__ import annotations

import copy
import functools
import inspect
import operator
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from minigrad.course.checks import axes
from minigrad.course.checks.check import Check, check
from minigrad.course.checks.examples import EXAMPLES, draw, seed
from minigrad.course.checks.expectations.calls import require_pure, unpack
from minigrad.course.checks.expectations.values import expect
from minigrad.course.checks.students import Student

KEPT = 512  # so many examples are remembered of whoever draws them, and of a reference what it makes of them
PURE = "no argument is changed, and calling again gives the same"
PURE_EXAMPLES = 16

NUMBERS = np.ndarray | np.generic | int | float | complex  # one of them, or an array

Values = Mapping[str, Any]


class Ask:
    """The specification of one function of an exercise.

    Args:
        function: its name.
        takes: the names of its arguments, in their order.
        gives: the name of its result, or a dict of the names of its results and their axes.
        sizes: what each size of an example is drawn from, the simplest first; or one value for all examples. The seed
            of an example's numbers is drawn beside them.

    Until `example` says otherwise, the function's arguments are the sizes themselves, and a generator called rng.
    """

    def __init__(self, function: str, takes: str, gives: str | Mapping[str, str], **sizes: Any):
        self.function = function
        self.takes = takes.split()
        self.gives = {gives: ""} if isinstance(gives, str) else dict(gives)
        self.sizes = sizes
        self._example: Callable[..., Values] = lambda rng, **sizes: {"rng": rng, **sizes}
        self._reference: Callable[..., Any] | None = None
        self._named: Mapping[str, inspect.Parameter] = {}
        self._expected = functools.lru_cache(KEPT)(self._refer)
        self._compared: list[tuple[Check, Values]] = []  # the checks that compare with it, and what is fixed in each

    def example(self, function: Callable[..., Values]) -> Callable[..., Values]:
        """Make the decorated function draw the examples.

        It is given a generator and the sizes, and returns the arguments by their names, in any order. It may return
        more, for the reference or for a body.
        """
        self._example = function
        return function

    def reference(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Make the decorated function say what is expected.

        It is given what it names of the example and of its sizes, and the rest of the example if it ends in `**rest`.
        It returns the single result, or several in their order or by their names.
        """
        self._reference = function
        self._named = inspect.signature(function).parameters
        return function

    def check(
        self,
        title: str,
        points: int,
        *parts: str,
        needs: Sequence[Check] = (),
        examples: int = EXAMPLES,
        **changes: Any,
    ) -> Check:
        """A check that the function gives what the reference gives.

        Args:
            title: what is checked, in the student's words.
            points: what it is worth.
            parts: the results that are compared, if not all of them.
            needs: checks without which this one can't say anything.
            examples: how many are drawn.
            changes: another number for a size, or another list to draw it from; or a keyword of the example's.
        """
        if self._reference is None:
            raise TypeError(f"{title!r} compares with a reference. Put @....reference above the function that is one.")
        if unknown := [part for part in parts if part not in self.gives]:
            raise ValueError(f"{self.function} gives {', '.join(self.gives)}; {title!r} asks for {unknown[0]!r}.")

        def look(student: Student, settings: Values) -> None:
            example = frozenset(settings.items())
            results = self._call(student, self._arguments(example), (self, example))
            expected = self._expected(example)
            for part in parts or self.gives:
                expect(part, results[part], expected[part], self.gives[part])

        def soon(student: Student, several: Sequence[Values]) -> None:
            asked = dict.fromkeys(frozenset(settings.items()) for settings in several)
            new = [example for example in asked if (self, example) not in student.answers]
            student.soon(self.function, [self._taken(example) for example in new])

        return self._made(title, points, needs, examples, changes, look, soon, self._expected)

    def pure(
        self, points: int, title: str = PURE, needs: Sequence[Check] = (), examples: int = PURE_EXAMPLES, **changes: Any
    ) -> Check:
        """A check that a call changes no argument, gives the same again, and shares no memory."""

        def look(student: Student, settings: Values) -> None:
            require_pure(student, self.function, self._taken(frozenset(settings.items())))

        def soon(student: Student, several: Sequence[Values]) -> None:
            taken = [self._taken(frozenset(settings.items())) for settings in several]
            student.soon(self.function, [arguments for arguments in taken for _ in range(2)])

        return self._made(title, points, needs, examples, changes, look, soon)

    def checks(
        self, title: str, points: int, needs: Sequence[Check] = (), examples: int = EXAMPLES, **changes: Any
    ) -> Callable[[Callable[..., None]], Check]:
        """Make the decorated function a check: for what is no comparison with a reference.

        It is given what it names, of these: `student`; the student's function by its own name, whose arguments are
        those of the example where it is not called with others; the sizes; whatever the example gives, as copies that
        it may change; and `rng`, a generator that the example has not drawn from.
        """

        def decorate(function: Callable[..., None]) -> Check:
            names = inspect.signature(function).parameters

            def look(student: Student, settings: Values) -> None:
                arguments = self._arguments(frozenset(settings.items()))
                own = {name: _copied(arguments[name]) for name in names if name in arguments}
                rng = np.random.default_rng([settings.get("seed", 0), 1]) if "rng" in names else None
                given = {"rng": rng, **settings, **arguments, **own, "student": student}
                given[self.function] = self._asked(student, arguments)
                if unknown := [name for name in names if name not in given]:
                    raise TypeError(f"{function.__name__} asks for {unknown[0]}; it can have {', '.join(given)}.")
                function(**{name: given[name] for name in names})

            def soon(student: Student, several: Sequence[Values]) -> None:
                """If it made one call, with the arguments of its example, it is taken to do so again."""
                calls = student.examples[-1].calls
                if len(calls) == 1 and calls[0].function == self.function:
                    last = self._taken(frozenset({**several[0], **student.examples[-1].sizes}.items()))
                    if all(map(operator.is_, calls[0].arguments.values(), last.values())):
                        student.soon(self.function, [self._taken(frozenset(s.items())) for s in several])

            return self._made(title, points, needs, examples, changes, look, soon)

        return decorate

    def _made(
        self,
        title: str,
        points: int,
        needs: Sequence[Check],
        examples: int,
        changes: Values,
        look: Callable[[Student, Values], None],
        soon: Callable[[Student, Sequence[Values]], None],
        known: Callable[[frozenset[tuple[str, Any]]], Any] | None = None,
    ) -> Check:
        """The check that looks at a student with all settings of an example, drawn and fixed.

        Args:
            soon: tells the student which calls `look` makes with several settings.
            known: what can be known of these settings before; the arguments, unless it is more.
        """
        settings = {**self.sizes, **changes}
        drawn = {name: settings[name] for name in self.sizes if not isinstance(settings[name], int | float | str)}
        fixed = {name: value for name, value in settings.items() if name not in drawn}
        if self.takes:
            drawn["seed"] = seed

        def body(student: Student, **sizes: int) -> None:
            look(student, {**fixed, **sizes})

        def prepare(**sizes: int) -> None:
            (known or self._arguments)(frozenset({**fixed, **sizes}.items()))

        def tell(student: Student, several: Sequence[Mapping[str, int]]) -> None:
            soon(student, [{**fixed, **sizes} for sizes in several])

        made = replace(check(title, points, needs, examples, **drawn)(body), prepare=prepare, soon=tell)
        if known and points:
            self._compared.append((made, fixed))
        return made

    def misfits(self) -> list[str]:
        """The contradictions of the axes in `gives` to what the reference gives, in the examples of the checks."""
        drawn = [{**fixed, **sizes} for made, fixed in self._compared for sizes in draw(made.choices, made.examples)]
        examples = {frozenset(settings.items()): settings for settings in drawn}
        known = [_whole({**settings, **self._arguments(example)}) for example, settings in examples.items()]
        found = []
        for part, names in self.gives.items() if examples else ():
            values = [self._expected(example)[part] for example in examples]
            seen = [(np.shape(v), k) for v, k in zip(values, known, strict=True) if isinstance(v, NUMBERS)]
            if names and (why := axes.misfit(names, seen, self.sizes)):
                found.append(f"the Ask of {self.function} gives {part} as {why}")
        return found

    def _arguments(self, settings: frozenset[tuple[str, Any]]) -> Values:
        """The example of these settings."""
        arguments = _drawn_by(self._example)(settings)
        if not isinstance(arguments, Mapping):
            raise TypeError(f"the example of {self.function} should return a dict of arguments, not {arguments!r:.40}.")
        if missing := [name for name in self.takes if name not in arguments]:
            raise ValueError(f"{self.function} takes {', '.join(self.takes)}; its example gives no {missing[0]!r}.")
        return arguments

    def _taken(self, settings: frozenset[tuple[str, Any]]) -> dict[str, Any]:
        """The arguments that the function takes, of the example of these settings."""
        arguments = self._arguments(settings)
        return {name: arguments[name] for name in self.takes}

    def _refer(self, settings: frozenset[tuple[str, Any]]) -> Values:
        """The values that the reference expects in the example of these settings, by the names of the results."""
        assert self._reference is not None
        example = {name: _copied(value) for name, value in self._arguments(settings).items()}
        known = {**dict(settings), **example}
        plain = (name for name, p in self._named.items() if p.default is p.empty and p.kind is not p.VAR_KEYWORD)
        if missing := [name for name in plain if name not in known]:
            raise ValueError(f"the reference of {self.function} asks for {missing[0]}; it can have {', '.join(known)}.")
        rest = example if any(parameter.kind is parameter.VAR_KEYWORD for parameter in self._named.values()) else {}
        expected = self._reference(**rest | {name: known[name] for name in self._named if name in known})
        if len(self.gives) == 1:
            return dict.fromkeys(self.gives, expected)
        if len(expected) != len(self.gives):
            raise ValueError(
                f"{self.function} gives {', '.join(self.gives)}; its reference gives {len(expected)} things."
            )
        return expected if isinstance(expected, dict) else dict(zip(self.gives, expected, strict=True))

    def _call(self, student: Student, arguments: Values, key: Hashable = None) -> Values:
        """The values that the student's function gives, by the names of the results.

        Args:
            key: what the arguments follow from, if the answer is not changed by whoever gets it.
        """
        result = student.call(self.function, {name: arguments[name] for name in self.takes}, key).value
        parts = unpack(self.function, result, *self.gives) if len(self.gives) > 1 else [result]
        return dict(zip(self.gives, parts, strict=True))

    def _asked(self, student: Student, arguments: Values) -> Callable[..., Any]:
        """The student's function for a body: with other arguments where they are given."""

        def call(**others: Any) -> Any:
            if unknown := [name for name in others if name not in self.takes]:
                raise TypeError(f"{self.function} takes {', '.join(self.takes)}; it was called with {unknown[0]!r}.")
            results = list(self._call(student, {**arguments, **others}).values())
            return results if len(results) > 1 else results[0]

        return call


def _whole(values: Values) -> dict[str, int]:
    """The values that can be the length of an axis."""
    return {name: int(n) for name, n in values.items() if isinstance(n, int | np.integer) and name != "seed"}


@functools.cache
def _drawn_by(example: Callable[..., Values]) -> Callable[[frozenset[tuple[str, Any]]], Values]:
    """The examples that this function draws, each once for all functions that are asked with it."""
    names = inspect.signature(example).parameters
    takes_any = any(parameter.kind is parameter.VAR_KEYWORD for parameter in names.values())

    @functools.lru_cache(KEPT)
    def draw(settings: frozenset[tuple[str, Any]]) -> Values:
        sizes = dict(settings)
        rng = np.random.default_rng(sizes.pop("seed", 0))
        if not takes_any and (unknown := [name for name in sizes if name not in names]):
            raise ValueError(f"{example.__name__} is given {unknown[0]!r}; it takes {', '.join(names)}.")
        return example(rng, **sizes)

    return draw


def _copied(value: Any) -> Any:
    """A copy that whoever gets it may change: deepcopy, but that what examples are mostly made of takes a quarter."""
    kind = type(value)
    if kind is str or kind is int or kind is float:
        return value
    if kind is np.ndarray and not value.dtype.hasobject:
        return value.copy("K")
    if kind is list or kind is tuple:
        return kind([_copied(part) for part in value])
    return copy.deepcopy(value)
