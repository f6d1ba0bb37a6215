"""A channel carries requests and answers, and waits for nobody longer than it should."""

import os
import time

import numpy as np
import pytest

from minigrad.course.student.channel import Polled, Threaded
from minigrad.course.student.frames import MAX_ARRAYS, FrameError, read_frame, write_frame

STARTED = {}


class Ends:
    """A channel, and the ends of its pipes that a student process has."""

    def __init__(self, channel):
        theirs, requests = os.pipe()
        answers, ours = os.pipe()
        self.requests, self.answers = os.fdopen(theirs, "rb"), os.fdopen(ours, "wb")
        self.channel = channel(os.fdopen(requests, "wb"), os.fdopen(answers, "rb"))

    def answer(self, message):
        write_frame(self.answers, message)

    def received(self, seconds=5.0, ended=False):
        return self.channel.receive(time.monotonic() + seconds, lambda: ended)

    def close(self):
        for end in (self.requests, self.answers):
            end.close()
        self.channel.close()


@pytest.fixture(params=[Polled, Threaded])
def ends(request):
    ends = Ends(request.param)
    yield ends
    ends.close()


def test_the_first_message_needs_no_request(ends):
    assert not ends.channel.ready()
    ends.answer(STARTED)
    assert ends.received() == STARTED


def test_several_requests_are_answered_in_their_order(ends):
    ends.answer(STARTED)
    ends.received()
    for number in range(3):
        ends.channel.send({"id": number})
    for number in range(3):
        assert read_frame(ends.requests) == {"id": number}
        ends.answer({"id": number, "value": np.arange(number)})
        assert ends.received()["value"].tolist() == list(range(number))


def test_nothing_has_come_in_time(ends):
    assert ends.received(0.05) is None


def test_a_part_of_an_answer_is_no_answer(ends):
    ends.answers.write(b"\x10\0\0\0[")
    ends.answers.flush()
    assert ends.received(0.05) is None


def test_what_is_no_frame_is_told(ends):
    ends.answers.write(b"\x02\0\0\0[]")
    ends.answers.flush()
    assert isinstance(ends.received(), FrameError)


def test_the_other_end_was_closed(ends):
    ends.answers.close()
    assert isinstance(ends.received(), EOFError)


def test_a_process_that_has_ended_answers_no_more_although_its_pipe_is_open(ends):
    assert isinstance(ends.received(ended=True), EOFError)


def test_what_came_before_the_end_is_an_answer(ends):
    ends.answer(STARTED)
    assert ends.received(ended=True) == STARTED


def test_nobody_who_does_not_read_keeps_us(ends):
    ends.answer(STARTED)
    ends.received()
    large = np.zeros(MAX_ARRAYS // 8)
    ends.channel.send({"id": 1, "args": [large]})  # more than a pipe holds
    assert ends.received(0.05) is None


def test_what_did_not_fit_at_once_is_sent_while_an_answer_is_waited_for():
    """Another process reads slowly, and answers a large request with one as large."""
    large = np.arange(MAX_ARRAYS // 8, dtype=float)
    ends = Ends(Polled)
    child = os.fork()
    if not child:
        try:
            ends.answer({"value": read_frame(ends.requests)["args"][0]})
        finally:
            os._exit(0)
    ends.channel.send({"id": 1, "args": [large]})
    assert np.array_equal(ends.received()["value"], large)
    os.waitpid(child, 0)
    ends.close()


def test_nobody_is_there_to_read(ends):
    ends.answer(STARTED)
    ends.received()
    ends.requests.close()
    ends.channel.send({"id": 1})
    assert isinstance(ends.received(), OSError)


def test_a_request_that_is_too_large_is_refused_where_it_is_made(ends):
    with pytest.raises(FrameError, match="larger than 4 MB"):
        ends.channel.send({"args": [np.zeros(MAX_ARRAYS // 8 + 1)]})
