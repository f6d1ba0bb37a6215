"""The steps of a training: counted, ended early, and gone on with later as if nothing had happened."""

import numpy as np
import pytest

from minigrad.course.training.checkpoint import Checkpoint
from minigrad.course.training.progress import Progress
from minigrad.course.training.weights import Weights


def train(progress):
    """Two loops, of which the second one depends on what the first has learned."""
    rng, losses, extremes = np.random.default_rng(7), [], {}
    w = Weights(rate=0.1, steps=12, W=np.ones(3))
    for step in progress.steps(7, w, rng, losses, extremes):
        x = rng.normal(size=3)
        w.learn(W=2 * (w.W - x))
        losses.append(float(np.sum((w.W - x) ** 2)))
        extremes[f"{step}"] = max(losses)
    seen = np.zeros(3)
    for _ in progress.steps(5, seen, rng, examples=2):
        seen += w.W * rng.normal()
    return w.W.copy(), losses, extremes, seen


class Killed(Exception):
    pass


@pytest.fixture
def path(tmp_path):
    return tmp_path / "training.checkpoint"


def same(one, other):
    assert all(np.array_equal(a, b) if isinstance(a, np.ndarray) else a == b for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("after", range(1, 12))
def test_a_training_that_was_ended_goes_on_with_the_same_numbers(path, after):
    first = Progress(lambda done, of, numbers: setattr(first, "stopped", done >= after), Checkpoint(path))
    train(first)
    assert Checkpoint(path).done == after
    second = Progress(checkpoint=Checkpoint(path))
    same(train(second), train(Progress()))
    assert (second.done, second.of) == (12, 12)


@pytest.mark.parametrize("after", range(1, 12))
def test_a_training_that_was_killed_goes_on_from_what_was_kept_last(path, after, monkeypatch):
    def tell(done, of, numbers):
        if done == after + 1:
            raise Killed

    monkeypatch.setattr("minigrad.course.training.progress.KEPT_EVERY", -1.0)
    with pytest.raises(Killed):
        train(Progress(tell, Checkpoint(path)))
    assert Checkpoint(path).done == after
    same(train(Progress(checkpoint=Checkpoint(path))), train(Progress()))


def test_steps_that_are_done_are_not_made_again(path):
    made = []
    for _ in range(2):
        progress = Progress(lambda done, of, numbers: made.append(done), Checkpoint(path))
        train(progress)
    assert made == list(range(1, 13))


def test_other_digests_and_who_wants_it_fresh_begin_anew(path):
    train(Progress(checkpoint=Checkpoint(path, {"it": "a", "more": "b"})))
    assert Checkpoint(path, {"it": "a", "more": "b"}).done == 12
    other, fresh = Checkpoint(path, {"it": "c", "more": "b"}), Checkpoint(path, {"it": "c"}, fresh=True)
    assert (other.done, other.lost, other.changed) == (0, 12, ["it"])
    assert (fresh.done, fresh.lost, fresh.changed) == (0, 0, [])


@pytest.mark.parametrize("kept", [b"", b"x" * 100, b"\x02\x00\x00\x00[]", b"\x02\x00\x00\x00{}"])
def test_what_is_kept_may_be_damaged(path, kept):
    path.write_bytes(kept)
    assert Checkpoint(path).done == 0


def test_what_is_changed_after_a_loop_was_as_it_was_in_it(path):
    """Also within a list: the weights that a first loop has learned are changed by a second."""

    def learn(progress):
        weights = [np.zeros(2)]
        for _ in progress.steps(2, weights):
            weights[0] += 1
        first, more = weights[0].copy(), [np.zeros(1)]
        for _ in progress.steps(2, more):
            weights[0] *= 5
            more[0] += 1
        return first, more[0]

    learn(Progress(checkpoint=Checkpoint(path)))
    same(learn(Progress(checkpoint=Checkpoint(path))), (np.full(2, 2.0), np.full(1, 2.0)))


def test_examples_in_a_second_are_told_where_a_step_says_how_many_it_learns_from():
    told = []
    train(Progress(lambda done, of, numbers: told.append(numbers)))
    assert ["examples/s" in numbers for numbers in told] == [False] * 7 + [True] * 5
    assert all(numbers["examples/s"] > 0 for numbers in told[7:])


def test_what_cannot_be_kept_does_not_end_a_training(path):
    things = [object() for _ in range(3)]
    list(Progress(checkpoint=Checkpoint(path)).steps(2, things))
    assert Checkpoint(path).done == 0
