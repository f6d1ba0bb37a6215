"""Balls fly straight on between walls, are thrown back by them, and are where the pictures show them."""

import numpy as np
import pytest

from minigrad.data.ball import FASTEST, SLOWEST, paths

DRAWN = paths(200, steps=30, rng=0)


def bent(positions):
    """(T, N), True where a ball has turned, in either direction, within the two steps up to a frame."""
    turned = np.zeros(positions.shape[:2], bool)
    turned[2:] = np.any(abs(np.diff(positions, 2, axis=0)) > 1e-9, axis=-1)
    return turned


def test_a_seed_always_gives_the_same_balls_and_another_gives_others():
    one, same, other = (paths(4, rng=seed).positions for seed in (3, 3, 4))
    np.testing.assert_array_equal(one, same)
    assert not np.any(one == other)


def test_a_generator_goes_on_from_call_to_call():
    rng = np.random.default_rng(0)
    assert not np.any(paths(4, rng=rng).positions == paths(4, rng=rng).positions)


def test_all_balls_stay_in_the_box_and_some_come_near_each_wall():
    assert np.all(abs(DRAWN.positions) <= 1)
    assert np.all(DRAWN.positions.min((0, 1)) < -0.99)
    assert np.all(DRAWN.positions.max((0, 1)) > 0.99)


def test_between_walls_a_ball_keeps_its_speed():
    steps = np.linalg.norm(np.diff(DRAWN.positions, axis=0), axis=-1)
    free = ~DRAWN.hits[1:]
    speeds = np.where(free, steps, np.nan)
    np.testing.assert_allclose(np.nanmin(speeds, axis=0), np.nanmax(speeds, axis=0))
    assert np.all((steps[free] > SLOWEST - 1e-12) & (steps[free] < FASTEST + 1e-12))


def test_a_ball_turns_where_it_hits_a_wall_and_nowhere_else():
    near = DRAWN.hits.copy()
    near[1:] |= DRAWN.hits[:-1]  # the step before, or the last one, was bent
    near[:2] = False
    np.testing.assert_array_equal(bent(DRAWN.positions), near)
    assert 0.05 < DRAWN.hits.mean() < 0.5


def test_a_wall_turns_what_goes_towards_it_and_keeps_its_size():
    velocity = abs(np.diff(DRAWN.positions, axis=0))
    free = ~DRAWN.hits[1:]
    for axis in (0, 1):
        speeds = np.where(free, velocity[..., axis], np.nan)
        np.testing.assert_allclose(np.nanmin(speeds, axis=0), np.nanmax(speeds, axis=0), atol=1e-12)


@pytest.mark.parametrize("curtain", [0, 1, 7, 28])
def test_a_curtain_hides_so_many_frames_in_a_row_and_not_the_first_two(curtain):
    seen = paths(50, steps=30, curtain=curtain, rng=1).seen
    assert np.all(seen[:2])
    assert np.all(np.sum(~seen, axis=0) == curtain)
    assert np.all(np.sum(np.diff(seen.astype(int), axis=0) == -1, axis=0) == (curtain > 0))


def test_a_curtain_can_fall_at_any_time_after_the_first_two_frames():
    seen = paths(200, steps=6, curtain=2, rng=1).seen
    assert {tuple(column) for column in np.argwhere(~seen.T)[::2, 1:].tolist()} == {(2,), (3,), (4,)}


def test_what_a_curtain_hides_is_not_in_what_is_seen():
    drawn = paths(20, steps=12, curtain=5, rng=2)
    hidden = ~drawn.seen
    assert not drawn.inputs[hidden].any()
    assert not drawn.frames()[hidden].any()
    np.testing.assert_array_equal(drawn.inputs[drawn.seen][:, :2], drawn.positions[drawn.seen])
    assert np.all(drawn.inputs[drawn.seen][:, 2] == 1)


@pytest.mark.parametrize("size", [2, 16])
def test_the_centre_of_a_picture_is_where_the_ball_is(size):
    frames, places = DRAWN.frames(size), np.linspace(-1, 1, size)
    np.testing.assert_allclose(np.sum(frames, axis=(2, 3)), 1)
    np.testing.assert_allclose(np.sum(frames, axis=2) @ places, DRAWN.positions[..., 0], atol=1e-12)
    np.testing.assert_allclose(np.sum(frames, axis=3) @ -places, DRAWN.positions[..., 1], atol=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: paths(-1, rng=0), "paths: expected count to be an integer of 0 or more, got -1"),
        (lambda: paths(1, steps=2.5, rng=0), "paths: expected steps to be an integer"),
        (lambda: paths(1, steps=10, curtain=9, rng=0), "paths: expected a curtain of at most 8 frames, got 9: .* more"),
        (lambda: DRAWN.frames(1), r"Paths\.frames: expected size to be an integer of 2 or more, got 1"),
    ],
)
def test_what_cannot_be_drawn_is_said(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_there_may_be_no_ball_and_no_frame():
    assert paths(0, rng=0).inputs.shape == (20, 0, 3)
    assert paths(2, steps=0, rng=0).frames().shape == (0, 2, 16, 16)
