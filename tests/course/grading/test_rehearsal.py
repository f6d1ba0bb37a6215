"""A rehearsal finds what a student process finds."""

from pathlib import Path

import pytest

from minigrad.course.catalogue.course import Course
from minigrad.course.grading.grade import grade_with, rehearse

from ...conftest import quick
from ..processes import SharedProcess

RNN = Course(Path(__file__).parents[3]).find("rnn_cell")
HEAD = "import numpy as np\ndef rnn_cell(x, h, W_xh, W_hh, b):\n    "


@pytest.fixture(scope="module")
def shared():
    with SharedProcess() as process:
        yield process


def found(result):
    return [(check.status, check.points, check.message, check.diagnosis, check.output) for check in result.checks]


@pytest.mark.parametrize(
    "source",
    quick(
        2,
        [
            RNN.solution,
            RNN.solution.replace(" + b)", ")"),
            RNN.solution.replace("x @ W_xh", "x @ missing"),
            HEAD + "print('here'); return {1, 2}",
            HEAD + "h[:] = 0.0; return h",
            HEAD + "return np.ones((1 << 10, 1 << 10))",
            "def rnn_cell(",
            "print('here')\n1 / 0",
        ],
    ),
)
def test_a_rehearsal_finds_what_a_process_finds(shared, source):
    assert found(rehearse(RNN, source)) == found(grade_with(RNN, shared.given(source, RNN)))
