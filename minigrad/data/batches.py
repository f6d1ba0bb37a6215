"""Many sequences at once: padded to one length, in batches, or as streams of one long text.

for some in Batches(reviews, 64, rng=0):
    x, lengths = pad([vocabulary.encode(review.words) for review in some])
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

import numpy as np

from minigrad import arguments
from minigrad.data.drawing import Rng
from minigrad.memory import Array
from minigrad.messages import WithAdvice

Item = TypeVar("Item")


def pad(sequences: Sequence[Any]) -> tuple[Array, Array]:
    """N sequences side by side, with 0 after the end of each, and their lengths.

    (`minigrad.nn.utils.pad_sequence` does the same with Tensors and any other value.)

    Args:
        sequences: of shapes (T_1, ...), (T_2, ...), ..., alike but for their lengths; such as ids, or rows of numbers.

    Returns:
        padded: (T, N, ...), T being the longest length.
        lengths: (N,) integers.

    Raises:
        ValueError: if there is no sequence, or they are not alike.
        TypeError: if one is not numbers.

    >>> padded, lengths = pad([[1, 2, 3], [4]])
    >>> padded
    array([[1, 4],
           [2, 0],
           [3, 0]])
    >>> lengths
    array([3, 1])
    """
    arrays = [np.asarray(arguments.numbers("pad", f"sequence {i}", x)) for i, x in enumerate(sequences)]
    if not arrays:
        raise ValueError("pad: expected at least one sequence, got none.")
    full = [array for array in arrays if array.shape != (0,)] or arrays  # [] does not say what it would hold
    for i, array in enumerate(arrays):
        if array.shape != (0,):
            arguments.check_shape("pad", f"sequence {i}", array, ("T", *full[0].shape[1:]))
    lengths = np.array([len(array) for array in arrays])
    shape = (lengths.max(), len(arrays), *full[0].shape[1:])
    padded = np.zeros(shape, np.result_type(*(array.dtype for array in full)))
    for n, array in enumerate(arrays):
        padded[: len(array), n] = array.reshape(len(array), *shape[2:])
    return padded, lengths


def streams(ids: Any, count: int, steps: int) -> list[tuple[Array, Array]]:
    """A long text, read in N places at once: chunks for truncated backpropagation, each with what comes next.

    The text is cut into N streams, and these into chunks. Row n of a state that is carried from chunk to chunk reads
    stream n from its beginning to its end. What is left at the ends is dropped.

    Args:
        ids: (n,) integers, the text.
        count: N streams.
        steps: T tokens of each in a chunk.

    Returns:
        Pairs x, y, each (T, N): y[t] are the tokens that come after x[t].

    Raises:
        TypeError: if the ids are no integers.
        ValueError: if they have another shape, or a number is not above 0.

    >>> for x, y in streams(range(14), count=2, steps=3):
    ...     print(x.tolist(), y.tolist())
    [[0, 6], [1, 7], [2, 8]] [[1, 7], [2, 8], [3, 9]]
    [[3, 9], [4, 10], [5, 11]] [[4, 10], [5, 11], [6, 12]]
    """
    ids = arguments.integers("streams", "ids", ids)
    arguments.check_shape("streams", "ids", ids, ("n",))
    count = arguments.length("streams", "count", count, least=1)
    steps = arguments.length("streams", "steps", steps, least=1)
    stream = max(len(ids) - 1, 0) // count
    x, y = (ids[start : start + count * stream].reshape(count, stream).T for start in (0, 1))
    return [(x[t : t + steps], y[t : t + steps]) for t in range(0, stream - steps + 1, steps)]


class Batches(WithAdvice, Generic[Item]):
    """Goes through items in batches, in another order in each epoch, and can go on where it stood.

    Each `for` goes through one epoch, or through the rest of one that was left. A batch counts as read as soon as it is
    handed out, so that a state that is saved after a step goes on with the next batch:

        nn.save({"model": model, "optimizer": optimizer, "batches": batches}, "training.npz")
        batches.load_state_dict(nn.load("training.npz")["batches"])

    Args:
        items: anything with a length and places, such as a list; or `range(N)`, to index arrays (T, N, ...) with.
        size: how many items a batch has; the last one of an epoch may have fewer.
        rng: a generator, or a seed for one. Without it, the items always come in their own order.
        length: the length of an item, such as `len`. Then items of similar length come together, so that little of them
            has to be padded; it is the batches whose order is drawn, and which of equally long items are together.

    Attributes:
        epoch, batch: how many epochs are over, and how many batches of this one.

    Raises:
        ValueError: if there is no item, or `size` is not above 0.

    >>> batches = Batches("abcdefg", 3, rng=0)
    >>> [*batches]
    [['e', 'd', 'c'], ['a', 'g', 'b'], ['f']]
    >>> len(batches), batches.epoch
    (3, 1)
    """

    def __init__(
        self,
        items: Sequence[Item],
        size: int,
        *,
        rng: Rng | None = None,
        length: Callable[[Item], int] | None = None,
    ):
        self.items, self.size = items, arguments.length("Batches", "size", size, least=1)
        if not len(items):
            raise ValueError("Batches: expected at least one item, got none.")
        self.epoch = self.batch = 0
        self._seed = None if rng is None else int(np.random.default_rng(rng).integers(2**63))
        self._lengths = None if length is None else np.array([length(item) for item in items])

    def __len__(self) -> int:
        """The number of batches in an epoch."""
        return -(-len(self.items) // self.size)

    def __iter__(self) -> Iterator[list[Item]]:
        for places in self._epoch()[self.batch :]:
            self.batch += 1
            if self.batch == len(self):
                self.epoch, self.batch = self.epoch + 1, 0
            yield [self.items[i] for i in places]

    def endless(self) -> Iterator[list[Item]]:
        """Epoch after epoch, for a training that counts steps. In `zip` it comes last, so that no batch is left unused.

        >>> batches = Batches([1, 2, 3], 2)
        >>> [batch for _, batch in zip(range(5), batches.endless())]
        [[1, 2], [3], [1, 2], [3], [1, 2]]
        """
        while True:
            yield from self

    def _epoch(self) -> list[list[int]]:
        """The places of the items of each batch of this epoch: they follow from the seed and its number alone."""
        rng = None if self._seed is None else np.random.default_rng([self._seed, self.epoch])
        order = np.arange(len(self.items)) if rng is None else rng.permutation(len(self.items))
        if self._lengths is not None:
            order = order[np.argsort(self._lengths[order], kind="stable")]
        batches = [order[start : start + self.size].tolist() for start in range(0, len(order), self.size)]
        if rng is not None and self._lengths is not None:
            batches = [batches[i] for i in rng.permutation(len(batches))]
        return batches

    def state_dict(self) -> dict[str, int | None]:
        """The seed, the epoch and the next batch in it, for a checkpoint.

        >>> Batches("abc", 2).state_dict()
        {'items': 3, 'size': 2, 'seed': None, 'epoch': 0, 'batch': 0}
        """
        return {
            "items": len(self.items),
            "size": self.size,
            "seed": self._seed,
            "epoch": self.epoch,
            "batch": self.batch,
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from where another one stood, of the same items in batches of the same size; with its seed, too.

        Raises:
            ValueError: if it had another number of items, or another size, or it is no such state.

        >>> before, after = (Batches(range(9), 2, rng=seed) for seed in (0, 1))
        >>> for some in before:
        ...     if before.batch == 3:
        ...         break
        >>> after.load_state_dict(before.state_dict())
        >>> [*after] == [*before]
        True
        """
        if not isinstance(state, Mapping) or not self.state_dict().keys() <= state.keys():
            has = ", ".join(map(str, state)) if isinstance(state, Mapping) else repr(state)
            wants = ", ".join(self.state_dict())
            raise ValueError(
                f"Batches.load_state_dict: expected what state_dict() gives, {wants}, got {has or 'nothing'}."
            )
        expected, got = ((now.get("items"), now.get("size")) for now in (self.state_dict(), state))
        if got != expected:
            raise ValueError(
                "Batches.load_state_dict: expected the state of {} items in batches of {}, got that of {} in batches "
                "of {}. Load it where the same items are read.".format(*expected, *got)
            )
        self._seed, self.epoch, self.batch = state["seed"], state["epoch"], state["batch"]
