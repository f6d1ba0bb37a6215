"""Strategies draw what they promise, and shrink to the smallest."""

import numpy as np
import pytest
from hypothesis import find, given

from minigrad.testing import strategies


@given(strategies.arrays(strategies.shapes(min_side=0), away_from=[0.0, 1.0], gap=0.2))
def test_arrays_keep_away_from_kinks(x):
    assert x.dtype == float
    assert x.flags.writeable
    assert (np.abs(x) > 0.2).all()
    assert (np.abs(x - 1) > 0.2).all()


@given(strategies.arrays((2, 3), low=2.0, high=3.0, dtype=np.float32))
def test_arrays_lie_in_their_interval(x):
    assert x.shape == (2, 3)
    assert x.dtype == np.float32
    assert ((x >= 2) & (x <= 3)).all()


def test_no_room_is_an_error():
    with pytest.raises(ValueError, match="no numbers are left"):
        strategies.random_array((3,), seed=0, low=0, high=1, away_from=[0.5], gap=1.0)


def test_one_bound_is_not_enough():
    with pytest.raises(ValueError, match="both low and high"):
        strategies.random_array((3,), seed=0, low=1)


@given(strategies.broadcastable_shapes(count=3, max_dims=2))
def test_shapes_broadcast(shapes):
    assert len(shapes) == 3
    assert len(np.broadcast_shapes(*shapes)) <= 2


@given(strategies.tensors(strategies.shapes(min_dims=1)))
def test_tensors_are_leaves(t):
    assert t.requires_grad
    assert t.origin is None


@given(strategies.cells())
def test_the_arguments_of_a_cell_fit_together(cell):
    gates = strategies.GATES[cell.kind]
    assert (cell.x @ cell.W_xh + cell.h @ cell.W_hh + cell.b).shape == (len(cell.x), gates * cell.h.shape[1])
    assert (cell.c is None) == (cell.kind != "lstm")
    assert len(cell.arguments) == 5 + (cell.kind == "lstm")


def test_cells_of_unknown_kinds():
    with pytest.raises(ValueError, match="'ltsm'"):
        strategies.cells("ltsm")


@given(strategies.sequences())
def test_sequences_are_padded_with_what_shows(batch):
    T, N, _ = batch.x.shape
    assert batch.lengths.shape == (N,)
    assert ((batch.lengths >= 1) & (batch.lengths <= T)).all()
    assert np.array_equal(batch.mask.sum(0), batch.lengths)


@pytest.mark.exhaustive
def test_examples_shrink_to_the_smallest_shape():
    assert find(strategies.arrays(), lambda x: x.ndim > 0).shape == (1,)
    assert find(strategies.arrays(), lambda x: x.size > 4).size <= 6
    cell = find(strategies.cells("lstm"), lambda cell: cell.h.shape[1] > 1)
    assert (cell.x.shape, cell.h.shape) == ((1, 1), (1, 2))
    batch = find(strategies.sequences(), lambda batch: not batch.mask.all())
    assert batch.x.shape == (2, 1, 1)


def test_an_example_is_shown_as_shape_and_seed():
    @given(strategies.arrays((2, 3), away_from=[0.0]))
    def never(x):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError) as caught:
        never()
    shown = "".join("".join(caught.value.__notes__).split())
    assert "random_array(shape=(2,3),seed=0,away_from=[0.0],gap=0.1" in shown
