"""The number of suspects that are tried in a call."""

from types import SimpleNamespace

import numpy as np

from minigrad.course.checks.students import Call
from minigrad.course.diagnosis.probe import Probe, _calls_in

from .told import lineup


def probe(T, came=None):
    """Of exercise 10, whose loop calls a function at every step."""
    x, h0, W, b = np.ones((T, 1, 1)), np.zeros((1, 1)), np.ones((1, 1)), np.ones(1)
    arguments = {"x": x, "h0": h0, "W_xh": W, "W_hh": W, "b": b}
    return Probe(lineup("unroll"), Call("rnn_forward", arguments, np.zeros((T, 1, 1)) if came is None else came))


def test_functions_that_are_called_are_counted_in_python_and_in_c():
    assert _calls_in(lambda: [abs(n) for n in range(7)]) >= 8
    assert _calls_in(lambda: sorted([1, 2], key=lambda n: -n)) == _calls_in(lambda: sorted([3, 4], key=lambda n: -n))


def test_a_suspect_that_gives_nothing_either_is_not_contradicted_by_that():
    nothing, something = (SimpleNamespace(at_once=lambda call, seconds, came=came: came) for came in ([], [np.ones(1)]))
    assert not probe(1, []).contradicts(nothing)
    assert not probe(1, []).contradicts(something)
    assert probe(1, [np.zeros(1)]).contradicts(something)


def test_fewer_are_tried_in_a_call_that_takes_long():
    assert probe(1).affordable(4000) == 4000
    assert probe(200).affordable(4000) < 4000
    assert probe(200).affordable(4000) == probe(200).affordable(4000)
