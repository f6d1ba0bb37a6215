"""Changes of a solution: known mistakes, and other ways that are right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

TOGETHER = "Two mistakes together come to this. "  # so begins what is said of a pair


@dataclass(frozen=True)
class Patch:
    """A change of the solution: texts and what stands in their place, below its first BEGIN SOLUTION."""

    replace: Sequence[tuple[str, str]]

    @property
    def called(self) -> str:
        """How messages to an author call it."""
        raise NotImplementedError

    def apply(self, solution: str) -> str:
        """The solution with this change.

        Raises:
            ValueError: if a text to replace does not stand there exactly once.
        """
        head, marker, body = solution.partition("# BEGIN SOLUTION")
        for old, new in self.replace:
            if body.count(old) != 1:
                times = f"stands {body.count(old)} times below its first BEGIN SOLUTION and should stand there once"
                raise ValueError(f"{self.called!r} replaces {old!r}, which {times}.")
            body = body.replace(old, new)
        return head + marker + body

    def misfit(self, solution: str) -> str:
        """Why this change cannot be made, or ""."""
        try:
            self.apply(solution)
        except ValueError as error:
            return str(error)
        return ""


@dataclass(frozen=True)
class Mistake(Patch):
    """A known mistake, and its sentence for the student who made it.

    Attributes:
        form: the variant of the solution in which it is made, if not in the solution itself.
    """

    says: str
    form: str = ""

    @property
    def called(self) -> str:
        return self.says


@dataclass(frozen=True)
class Variant(Patch):
    """Another way that is right."""

    name: str

    @property
    def called(self) -> str:
        return self.name


def both(a: Mistake, b: Mistake) -> Mistake:
    """Two mistakes at once."""
    says = f"{TOGETHER}{a.says} And: {b.says}"
    return Mistake([*a.replace, *(change for change in b.replace if change not in a.replace)], says)
