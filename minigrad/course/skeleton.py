"""An exercise is its solution with the marked regions cut out, so that the two never drift apart."""

from __future__ import annotations

import re
from pathlib import Path

_REGION = re.compile(r"^( *)# BEGIN SOLUTION\n.*?^ *# END SOLUTION\n", re.MULTILINE | re.DOTALL)


def make_skeleton(solution: str) -> str:
    """The file a student starts from.

    >>> print(make_skeleton('''def double(x):
    ...     # BEGIN SOLUTION
    ...     return 2 * x
    ...     # END SOLUTION
    ... '''), end="")
    def double(x):
        # YOUR CODE HERE
        raise NotImplementedError
    """
    return _REGION.sub(r"\1# YOUR CODE HERE\n\1raise NotImplementedError\n", solution)


def start_again(path: Path, skeleton: str) -> Path | None:
    """Write the skeleton to `path` and return where what was there before is kept, if anything was."""
    backup = None
    if path.exists():
        backup = next(b for k in range(1, 10**6) if not (b := path.with_suffix(f".{k}.bak")).exists())
        path.rename(backup)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(skeleton, encoding="utf-8")
    return backup
