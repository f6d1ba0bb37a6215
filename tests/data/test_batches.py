"""Batches have every item once in an epoch, and go on where they stood; what is padded or cut is all there."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad import nn
from minigrad.data import Batches, pad, streams

TEXTS = ["a" * (7 * i % 31) for i in range(50)]
SIZES = st.tuples(st.integers(1, 40), st.integers(1, 12))
LENGTHS = st.sampled_from([None, lambda i: i % 7])


def epochs(batches, count):
    return [[*batches] for _ in range(count)]


class TestBatches:
    @given(SIZES, st.none() | st.integers(0, 9), LENGTHS)
    def test_each_item_comes_once_in_an_epoch(self, sizes, seed, length):
        items, size = sizes
        batches = Batches(range(items), size, rng=seed, length=length)
        for epoch in epochs(batches, 2):
            assert sorted(i for batch in epoch for i in batch) == [*range(items)]
            assert len(epoch) == len(batches)
            assert sorted(map(len, epoch), reverse=True)[:-1] == [size] * (len(batches) - 1)

    def test_without_rng_items_come_in_their_order(self):
        assert epochs(Batches("abcde", 2), 2) == [[["a", "b"], ["c", "d"], ["e"]]] * 2

    def test_each_epoch_has_another_order_and_the_same_seed_the_same_ones(self):
        one, same, other = (epochs(Batches(range(20), 6, rng=seed), 3) for seed in (3, 3, 4))
        assert one == same != other
        assert one[0] != one[1] != one[2] != one[0]

    def test_a_generator_is_asked_once_so_nobody_else_who_draws_from_it_changes_the_order(self):
        rng = np.random.default_rng(0)
        alone = epochs(Batches(range(20), 6, rng=np.random.default_rng(0)), 2)
        batches = Batches(range(20), 6, rng=rng)
        disturbed = []
        for _ in range(2):
            rng.random(5)
            disturbed.append([*batches])
        assert disturbed == alone

    @given(SIZES, LENGTHS, st.integers(0, 60))
    def test_it_goes_on_from_its_state_with_the_same_batches(self, sizes, length, done):
        items, size = sizes
        before, after = (Batches(range(items), size, rng=seed, length=length) for seed in (1, 2))
        stream = before.endless()
        for _ in range(done):
            next(stream)
        after.load_state_dict(before.state_dict())
        rest = after.endless()
        assert [next(rest) for _ in range(30)] == [next(stream) for _ in range(30)]

    def test_its_state_goes_through_a_checkpoint(self, tmp_path):
        before, after = Batches(range(20), 3, rng=0), Batches(range(20), 3, rng=1)
        for step, _ in enumerate(before.endless()):
            if step == 9:
                nn.save({"batches": before, "step": step}, tmp_path / "training.npz")
                break
        after.load_state_dict(nn.load(tmp_path / "training.npz")["batches"])
        assert (after.epoch, after.batch) == (1, 3)
        assert epochs(after, 3) == epochs(before, 3)

    def test_a_loop_that_is_left_goes_on_where_it_was(self):
        batches = Batches(range(6), 2)
        for _ in batches:
            break
        assert epochs(batches, 2) == [[[2, 3], [4, 5]], [[0, 1], [2, 3], [4, 5]]]

    def test_it_counts_epochs_and_the_batches_of_this_one(self):
        batches = Batches(range(6), 2)
        seen = [(batches.epoch, batches.batch) for _, _ in zip(range(4), batches.endless(), strict=False)]
        assert seen == [(0, 1), (0, 2), (1, 0), (1, 1)]

    def test_items_of_similar_length_come_together_and_not_the_short_ones_first(self):
        batches = Batches(TEXTS, 5, rng=0, length=len)
        for epoch in epochs(batches, 2):
            spans = sorted((min(map(len, batch)), max(map(len, batch))) for batch in epoch)
            assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))
            longest = [max(map(len, batch)) for batch in epoch]
            assert longest != sorted(longest)

    def test_equally_long_items_are_shared_out_anew_in_each_epoch(self):
        batches = Batches(range(40), 5, rng=0, length=lambda i: i % 2)
        one, other = ({frozenset(batch) for batch in epoch} for epoch in epochs(batches, 2))
        assert one.isdisjoint(other)

    def test_the_state_of_other_items_is_refused(self):
        state = Batches(range(20), 4, rng=0).state_dict()
        with pytest.raises(
            ValueError, match=r"load_state_dict: expected the state of 21 items in batches of 4, .* of 20 in"
        ):
            Batches(range(21), 4, rng=0).load_state_dict(state)

    @pytest.mark.parametrize(
        ("items", "size", "message"),
        [
            ([], 2, "Batches: expected at least one item"),
            ([1], 0, "Batches: expected size to be an integer of 1 or more"),
        ],
    )
    def test_what_gives_no_batches_is_refused(self, items, size, message):
        with pytest.raises(ValueError, match=message):
            Batches(items, size)


class TestPadding:
    @given(st.lists(st.lists(st.integers(0, 99), max_size=6), min_size=1, max_size=5))
    def test_what_is_padded_comes_back_and_the_rest_is_0(self, sequences):
        padded, lengths = pad(sequences)
        assert padded.shape == (max(map(len, sequences)), len(sequences))
        assert lengths.tolist() == [len(sequence) for sequence in sequences]
        for n, sequence in enumerate(sequences):
            assert padded[: len(sequence), n].tolist() == sequence
            assert not padded[len(sequence) :, n].any()

    def test_sequences_of_arrays_have_time_first(self):
        padded, lengths = pad([np.ones((2, 3)), np.ones((4, 3))])
        assert padded.shape == (4, 2, 3)
        np.testing.assert_array_equal(np.sum(padded, axis=(0, 2)), lengths * 3)

    def test_ids_stay_integers_also_beside_a_sequence_without_any(self):
        assert pad([np.array([1, 2]), []])[0].dtype == int
        assert pad([[0.5], [1, 2]])[0].dtype == float

    def test_it_is_what_minigrad_nn_pads(self):
        sequences = [np.arange(3.0), np.arange(5.0)]
        np.testing.assert_array_equal(pad(sequences)[0], nn.utils.pad_sequence(sequences))

    @pytest.mark.parametrize(
        ("sequences", "message"),
        [
            ([], "pad: expected at least one sequence, got none"),
            ([np.ones((2, 3)), np.ones((2, 4))], r"pad: expected sequence 1 of shape \(T, 3\), got \(2, 4\)"),
            ([[1], 2], r"pad: expected sequence 1 of shape \(T,\), got \(\)"),
        ],
    )
    def test_what_does_not_fit_together_is_refused(self, sequences, message):
        with pytest.raises(ValueError, match=message):
            pad(sequences)


class TestStreams:
    @given(st.integers(0, 60), st.integers(1, 5), st.integers(1, 7))
    def test_each_target_is_the_token_that_comes_next(self, n, count, steps):
        chunks = streams(range(n), count, steps)
        for x, y in chunks:
            assert x.shape == y.shape == (steps, count)
            np.testing.assert_array_equal(y, x + 1)
        assert len(chunks) == max(n - 1, 0) // count // steps

    @given(st.integers(2, 60), st.integers(1, 5), st.integers(1, 7))
    def test_chunk_after_chunk_a_column_is_a_stretch_of_the_text(self, n, count, steps):
        chunks = streams(range(n), count, steps)
        if chunks:
            for column in np.concatenate([x for x, _ in chunks]).T:
                np.testing.assert_array_equal(np.diff(column), 1)
            starts = chunks[0][0][0]
            np.testing.assert_array_equal(starts, np.arange(count) * ((n - 1) // count))

    @pytest.mark.parametrize(
        ("arguments", "error", "message"),
        [
            (([0.5], 1, 1), TypeError, "streams: expected integer ids"),
            (([[1, 2]], 1, 1), ValueError, r"streams: expected ids of shape \(n,\)"),
            (([1, 2], 0, 1), ValueError, "streams: expected count to be an integer of 1 or more"),
        ],
    )
    def test_what_is_no_text_is_refused(self, arguments, error, message):
        with pytest.raises(error, match=message):
            streams(*arguments)
