"""Numbers for tokens, which may be the characters of a text or its words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from minigrad.arguments import check_range, check_shape, integers
from minigrad.memory import Array

UNKNOWN = "<unk>"


class Vocabulary:
    """Tokens, each of which has its place as its id.

    Special tokens come first, then those of a text, the commonest first, and of equally common ones the one that is
    seen first. If <unk> is in the vocabulary, it stands for every token that is not.

    Args:
        tokens: of a text. A string is one of characters; `text.split()` has words. The tokens of another vocabulary
            make the same one again with `special=()`.
        special: further tokens, such as <bos> and <eos> around a sentence.

    Attributes:
        tokens: all of them.

    Raises:
        TypeError: if a token is no string.

    >>> vocabulary = Vocabulary("the cat saw the dog".split())
    >>> vocabulary.tokens
    ('<unk>', 'the', 'cat', 'saw', 'dog')
    >>> vocabulary.encode("the bird saw".split())
    array([1, 0, 3])
    >>> "".join(Vocabulary("hello").decode([3, 2, 1, 1, 4]))
    'ehllo'
    """

    def __init__(self, tokens: Iterable[str], special: Sequence[str] = (UNKNOWN,)):
        counted = Counter(tokens)
        for token in (*special, *counted):
            if not isinstance(token, str):
                raise TypeError(f"Vocabulary: expected strings as tokens, got {token!r}.")
        common = [token for token, _ in counted.most_common()]
        self.tokens: tuple[str, ...] = tuple(dict.fromkeys([*special, *common]))
        self._ids = {token: i for i, token in enumerate(self.tokens)}

    def __len__(self) -> int:
        return len(self.tokens)

    def encode(self, tokens: Iterable[str]) -> Array:
        """The ids of T tokens, (T,).

        Raises:
            ValueError: if a token is not in the vocabulary, and <unk> is not either.

        >>> Vocabulary("abba", special=()).encode("bab")
        array([1, 0, 1])
        """
        unknown = self._ids.get(UNKNOWN)
        ids = [(token, self._ids.get(token, unknown)) for token in tokens]
        if strange := [token for token, i in ids if i is None]:
            raise ValueError(
                f"Vocabulary.encode: expected tokens of this vocabulary, got {strange[0]!r}. Nothing stands for others "
                f"here, since {UNKNOWN} is not among the special tokens."
            )
        return np.array([i for _, i in ids], int)

    def decode(self, ids: Any) -> list[str]:
        """The tokens of T ids, (T,); of characters, `"".join(...)` makes a text.

        Raises:
            TypeError: if the ids are no integers.
            ValueError: if they have another shape, or one of them is no place in this vocabulary.

        >>> Vocabulary(["yes", "no"]).decode([2, 1, 0])
        ['no', 'yes', '<unk>']
        """
        ids = integers("Vocabulary.decode", "ids", ids)
        check_shape("Vocabulary.decode", "ids", ids, ("T",))
        check_range("Vocabulary.decode", "ids", ids, len(self))
        return [self.tokens[i] for i in ids]
