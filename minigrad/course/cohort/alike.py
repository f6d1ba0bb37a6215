"""Pairs of students whose work is alike beyond what the exercises make everyone write: pairs to look at, and no proof.

    collection = Collection({"ex09_rnn_cell": skeleton, ...})
    for submission in submissions:
        collection.add(submission)
    for pair in collection.pairs():
        print(pair.a.id, pair.b.id, pair.score)

Two students are compared by the pieces of a source (`pieces.py`) that they share, less the skeleton's. A piece that few
have weighs more: log(N / n), where n of N have it. A short exercise has few ways to be right, so honest solutions are
alike by nature. The cohort itself tells how alike: by pairs drawn at random. A pair is listed if it is so far beyond
those that one at most would be expected among all honest ones.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from minigrad.course.cohort.pieces import all_pieces, pieces
from minigrad.course.cohort.submissions import Student, Submission

FEWEST = 8  # students: among fewer nothing can be called rare
MOST_HOLDERS = 50  # a piece that more have makes nobody a pair to be compared, though it counts where they are
NEAREST = 10  # of each student's neighbours, so many are compared
ALL_PAIRS = 20_000  # as long as there are no more than these, all are compared; or else so many are drawn at random
TAIL = 0.05  # of the pairs drawn, the share from which the others are extrapolated
LEAST_STEP = 4.0  # pieces overlap: what makes one more place alike makes some four of them so
EXPECTED = 1  # how many pairs of honest students may be listed by chance in one cohort
MOST_LISTED, MOST_LINES = 500, 5
LEAST_WEIGHT = math.log(2)  # of a piece whose place is shown: at most half of all students have it
STANDARD_ERRORS = 2  # by which the extrapolation is more careful than what was seen
NINTH_DECILE = 1.3  # of the sum of n such surprises: so far above n, in √n

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Shared:
    """A place that two sources have in common.

    Attributes:
        line_a, line_b: where it stands in the source of each, from 1.
        holders: how many students have the rarest of its pieces.
    """

    line_a: int
    line_b: int
    holders: int


@dataclass
class Likeness:
    """The likeness of two students' files for one exercise.

    Attributes:
        share: of the rarer one's weight, the part that both have; from 0 to 1.
        usual: the same for half of all pairs of students.
        rarest: the rarest places that both have, in the order of the first one's lines.
    """

    exercise: str
    share: float
    usual: float
    rarest: list[Shared] = field(default_factory=list)


@dataclass
class Pair:
    """Two students whose work somebody should look at.

    Attributes:
        score: the power of ten by which the pair is rarer than the rarest one expected among honest students.
        likenesses: of each exercise in which they are more alike than nearly all others, the most remarkable first.
        compared: how many exercises both handed in.
    """

    a: Student
    b: Student
    score: float
    likenesses: list[Likeness]
    compared: int


class Collection:
    """All that was handed in, as pieces; the sources themselves are not kept.

    Args:
        skeletons: what everybody was given, by the exercise's stem.
    """

    def __init__(self, skeletons: Mapping[str, str]):
        self._students: list[Student] = []
        self._skeletons = {stem: all_pieces(text) for stem, text in skeletons.items()}
        self._files: dict[str, list[tuple[int, Ints, Ints]]] = {stem: [] for stem in skeletons}

    def add(self, submission: Submission) -> None:
        for stem, source in submission.sources.items():
            if stem in self._files:
                own = {number: line for number, line in pieces(source).items() if number not in self._skeletons[stem]}
                numbers, lines = (np.array(list(part), dtype=np.int64) for part in (own.keys(), own.values()))
                self._files[stem].append((len(self._students), numbers, lines))
        self._students.append(submission.student)

    def pairs(self) -> list[Pair]:
        """The pairs to look at, the most remarkable first."""
        count = len(self._students)
        files = {stem: _Exercise(files, count) for stem, files in self._files.items() if len(files) >= FEWEST}
        if not files:
            return []
        everybody = count * (count - 1) // 2
        drawn = _drawn(np.arange(count))
        candidates = drawn if everybody <= ALL_PAIRS else _neighbours(list(files.values()), count)
        of_drawn, of_candidates = _Sums.zero(len(drawn)), _Sums.zero(len(candidates))
        for exercise in files.values():
            exercise.learn()
            of_drawn.add(exercise, drawn)
            of_candidates.add(exercise, candidates)
        alone = of_candidates.most / math.log(10) - math.log10(len(files))
        rarity = np.maximum(of_candidates.rarity(of_drawn.wider), alone)
        score = rarity - math.log10(everybody / EXPECTED)
        order = [i for i in np.argsort(-score, kind="stable")[:MOST_LISTED] if score[i] > 0]
        return [self._pair(files, candidates[i], float(score[i])) for i in order]

    def _pair(self, files: dict[str, _Exercise], ends: Ints, score: float) -> Pair:
        pair = ends[None]
        a, b = map(int, ends)
        both = {stem: exercise for stem, exercise in files.items() if exercise.both(pair)[0]}
        surprise = {stem: float(exercise.surprise(pair)[0]) for stem, exercise in both.items()}
        remarkable = sorted((stem for stem in both if surprise[stem] > -math.log(TAIL)), key=surprise.__getitem__)
        likenesses = [both[stem].likeness(stem, a, b) for stem in reversed(remarkable)]
        return Pair(self._students[a], self._students[b], score, likenesses, len(both))


class _Exercise:
    """The files for one exercise: which pieces each student's has, and how much a piece weighs."""

    def __init__(self, files: list[tuple[int, Ints, Ints]], count: int):
        sizes = np.zeros(count + 1, dtype=np.int64)
        for student, numbers, _ in files:
            sizes[student + 1] = len(numbers)
        self.starts = np.cumsum(sizes)
        self.handed_in = np.zeros(count, dtype=bool)
        self.handed_in[[student for student, _, _ in files]] = True
        _, self.ids = np.unique(np.concatenate([numbers for _, numbers, _ in files]), return_inverse=True)
        self.lines = np.concatenate([lines for _, _, lines in files])
        self.holders = np.bincount(self.ids)
        self.weights = np.log(len(files) / np.maximum(self.holders, 1))
        self.weight_of = np.array([self.weights[self._of(student)].sum() for student in range(count)])

    def _of(self, student: int) -> Ints:
        return self.ids[self.starts[student] : self.starts[student + 1]]

    def both(self, pairs: Ints) -> NDArray[np.bool_]:
        return np.asarray(self.handed_in[pairs].all(axis=1), dtype=bool)

    def shared(self, pairs: Ints) -> Floats:
        """The weight of what each pair has in common."""
        sums: list[Floats] = [np.zeros(0)]
        for start in range(0, len(pairs), ALL_PAIRS):
            part = pairs[start : start + ALL_PAIRS]
            a, b = (self._keys(part[:, side]) for side in (0, 1))
            common = np.intersect1d(a, b, assume_unique=True)
            which, piece = np.divmod(common, max(1, len(self.holders)))
            weights = np.bincount(which, weights=self.weights[piece], minlength=len(part))
            sums.append(weights.astype(float))
        return np.concatenate(sums)

    def _keys(self, students: Ints) -> Ints:
        """A number for each of these students' pieces, made of its own and the place of the student in the list."""
        sizes = self.starts[students + 1] - self.starts[students]
        where = np.repeat(np.arange(len(students)), sizes)
        first = np.repeat(self.starts[students] - (np.cumsum(sizes) - sizes), sizes)
        return np.asarray(where * len(self.holders) + self.ids[first + np.arange(len(where))], dtype=np.int64)

    def learn(self) -> None:
        """See how alike pairs are that were drawn at random.

        A twentieth of them lie beyond the tail, a fortieth further out, and so on to the last one. The further apart
        these places are, the less a pair surprises that is beyond all of them.
        """
        pairs = _drawn(np.flatnonzero(self.handed_in))
        shared = self.shared(pairs)
        lesser = np.maximum(self.weight_of[pairs].min(axis=1), 1e-9)
        self.usual_share = float(np.median(shared / lesser))
        self.usual = np.sort(shared)
        most = TAIL * len(shared)
        self.tail = float(self.usual[-max(1, round(most))])
        self.step = LEAST_STEP
        for rank in {max(1, round(most / 2**k)) for k in range(1, 20)}:
            further = float(self.usual[-rank]) - self.tail
            self.step = max(self.step, further / math.log(max(most / rank, 2)))
        self.step *= 1 + STANDARD_ERRORS / math.sqrt(max(most, 1))

    def surprise(self, pairs: Ints) -> Floats:
        """-log of the share of random pairs that are as alike; 0 where one of the two handed nothing in.

        Beyond the tail it is extrapolated as an exponential distribution.
        """
        shared = self.shared(pairs)
        as_alike = len(self.usual) - np.searchsorted(self.usual, shared - 1e-9)
        inside = -np.log(np.clip(as_alike / len(self.usual), TAIL, 1))
        outside = -math.log(TAIL) + (shared - self.tail) / self.step
        return np.where(self.both(pairs), np.where(shared > self.tail, outside, inside), 0.0)

    def likeness(self, stem: str, a: int, b: int) -> Likeness:
        common, in_a, in_b = np.intersect1d(self._of(a), self._of(b), assume_unique=True, return_indices=True)
        share = self.weights[common].sum() / max(min(self.weight_of[a], self.weight_of[b]), 1e-9)
        rarest: dict[tuple[int, int], int] = {}
        for k in np.argsort(self.holders[common], kind="stable"):
            if self.weights[common[k]] < LEAST_WEIGHT:
                break  # what most students have says nothing
            place = int(self.lines[self.starts[a] + in_a[k]]), int(self.lines[self.starts[b] + in_b[k]])
            rarest.setdefault(place, int(self.holders[common[k]]))
        shown = sorted(list(rarest.items())[:MOST_LINES])
        return Likeness(stem, float(share), self.usual_share, [Shared(*place, n) for place, n in shown])


def _drawn(students: Ints) -> Ints:
    """All pairs of these students, or, of too many, some drawn at random and always the same ones."""
    count = len(students)
    if count * (count - 1) // 2 <= ALL_PAIRS:
        return np.asarray(students[np.stack(np.triu_indices(count, 1), axis=1)], dtype=np.int64)
    rng = np.random.default_rng(0)
    a = rng.integers(count, size=ALL_PAIRS)
    b = (a + rng.integers(1, count, size=ALL_PAIRS)) % count
    return np.asarray(students[np.sort(np.stack([a, b], axis=1), axis=1)], dtype=np.int64)


def _neighbours(exercises: list[_Exercise], count: int) -> Ints:
    """For each student those with whom they share the most weight of rare pieces, as pairs."""
    keys: Ints = np.zeros(0, dtype=np.int64)
    weights: Floats = np.zeros(0)
    for exercise in exercises:
        students = np.repeat(np.arange(count), np.diff(exercise.starts))
        by_piece = students[np.argsort(exercise.ids, kind="stable")]
        starts = np.cumsum(exercise.holders) - exercise.holders
        found, heavy = [keys], [weights]
        for n in range(2, MOST_HOLDERS + 1):
            which = np.flatnonzero(exercise.holders == n)
            holders = by_piece[starts[which][:, None] + np.arange(n)]
            a, b = np.triu_indices(n, 1)
            found.append((holders[:, a] * count + holders[:, b]).ravel())
            heavy.append(np.repeat(exercise.weights[which], len(a)))
        keys, places = np.unique(np.concatenate(found), return_inverse=True)
        weights = np.bincount(places, weights=np.concatenate(heavy), minlength=len(keys)).astype(float)
    pairs = np.stack(np.divmod(keys, count), axis=1)
    ends = np.concatenate([pairs, pairs[:, ::-1]])
    order = np.lexsort((-np.tile(weights, 2), ends[:, 0]))
    first = np.searchsorted(ends[order, 0], np.arange(count))
    rank = np.arange(len(order)) - first[ends[order, 0]]
    nearest = np.unique(order[rank < NEAREST] % max(1, len(pairs)))
    return np.asarray(pairs[nearest], dtype=np.int64)


@dataclass
class _Sums:
    """The sums over all exercises, for each of some pairs.

    Attributes:
        total, most: the sum of the surprises, and the largest of them.
        compared: how many exercises both handed in.
    """

    total: Floats
    most: Floats
    compared: Ints

    @classmethod
    def zero(cls, count: int) -> _Sums:
        return cls(np.zeros(count), np.zeros(count), np.zeros(count, dtype=np.int64))

    def add(self, exercise: _Exercise, pairs: Ints) -> None:
        surprise = exercise.surprise(pairs)
        self.total += surprise
        self.most = np.maximum(self.most, surprise)
        self.compared += exercise.both(pairs)

    @property
    def wider(self) -> float:
        """The factor by which the totals of random pairs spread wider than independent exercises would make them.

        Exercises are not independent: people have habits. Only totals above what is expected count; at least 1.
        """
        known = self.compared > 0
        off = (self.total[known] - self.compared[known]) / np.sqrt(self.compared[known])
        return max(1.0, float(np.quantile(off, 0.9)) / NINTH_DECILE) if known.any() else 1.0

    def rarity(self, wider: float) -> Floats:
        """-log10 of the share of honest pairs whose surprises have so large a total.

        The surprise of one exercise is distributed exponentially, so the sum of n of them is above x as often as a
        Poisson number of mean x is below n.
        """
        x = np.maximum(self.compared + (self.total - self.compared) / wider, 1e-9)
        log_share, log_term = np.full(len(x), -np.inf), -x
        for k in range(int(self.compared.max(initial=0))):
            log_share = np.where(k < self.compared, np.logaddexp(log_share, log_term), log_share)
            log_term = log_term + np.log(x) - math.log(k + 1)
        return np.where(self.compared > 0, -log_share / math.log(10), 0.0)
