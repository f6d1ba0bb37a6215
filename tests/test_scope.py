"""A with-block's setting holds in decorated functions, generators and coroutines, and for nobody else."""

import asyncio
import inspect
import threading

import numpy as np
import pytest

from minigrad import Tensor, detect_anomaly, enable_grad, grad, is_grad_enabled, no_grad, set_grad_enabled
from minigrad.recording import watch

w = Tensor([1.0, 2.0], requires_grad=True)


def records():
    return (w * w).requires_grad


def test_a_generator_is_inside_in_all_its_pieces_and_nobody_else_is():
    @no_grad()
    def steps():
        answer = yield records()
        try:
            yield records(), answer
        except KeyError:
            yield records()
        return records()

    def whole():
        returned.append((yield from steps()))

    returned = []
    run = whole()
    assert not next(run)
    assert records()
    assert run.send("answer") == (False, "answer")
    assert records()
    assert run.throw(KeyError) is False
    assert [*run] == []
    assert returned == [False]
    assert records()


def test_interleaved_generators_leave_recording_as_it_was():
    @no_grad()
    def decorated():
        yield records()
        yield records()

    def block():
        with no_grad():
            yield records()
            yield records()

    for steps in decorated, block:
        a, b = steps(), steps()
        assert [next(a), next(b), next(a), next(b)] == [False] * 4
        assert [next(a, None), next(b, None)] == [None, None]
        assert records()


def test_a_block_that_ends_first_does_not_end_one_that_began_later():
    first, second = no_grad(), no_grad()
    first.__enter__()
    second.__enter__()
    first.__exit__()
    assert not records()
    second.__exit__()
    assert records()


@pytest.mark.parametrize("make", [no_grad, detect_anomaly, lambda: set_grad_enabled(False)])
def test_threads_and_tasks_may_share_one(make):
    def state():
        return is_grad_enabled(), watch.get()

    async def task(began, may_end):
        before = state()
        with shared:
            began.set()
            await may_end.wait()
            inside = state()
        return before, inside, state()

    async def two_tasks():
        first, second, third = (asyncio.Event() for _ in range(3))
        one = asyncio.create_task(task(first, second))
        await first.wait()
        other = asyncio.create_task(task(second, third))
        results = [await one]
        third.set()
        return [*results, await other]

    def thread(began, may_end):
        before = state()
        with shared:
            began.set()
            may_end.wait(10)
            inside = state()
        seen.append((before, inside, state()))

    outside = state()
    shared = make()
    with shared:  # set_grad_enabled has begun
        pass
    assert state() == outside
    seen = asyncio.run(two_tasks())
    first, second, third = (threading.Event() for _ in range(3))
    one, other = (
        threading.Thread(target=thread, args=(first, second)),
        threading.Thread(target=thread, args=(second, third)),
    )
    one.start()
    first.wait(10)
    other.start()
    one.join(10)
    third.set()
    other.join(10)
    assert len(seen) == 4
    for before, inside, after in seen:
        assert before == after == outside != inside
    assert state() == outside


def test_a_block_inside_itself():
    shared = no_grad()
    with shared:
        with shared, enable_grad():
            with shared:
                assert not records()
            assert records()
        assert not records()
    assert records()


def test_a_closed_generator_cleans_up_inside():
    cleaned = []

    @no_grad()
    def steps():
        try:
            yield
        finally:
            cleaned.append(records())

    run = steps()
    next(run)
    run.close()
    assert cleaned == [False]
    assert records()


def test_coroutines_are_inside_and_their_neighbours_are_not():
    @no_grad()
    async def inside():
        seen.append(records())
        await asyncio.sleep(0)
        seen.append(records())
        return "done"

    async def neighbour():
        others.append(records())
        await asyncio.sleep(0)
        others.append(records())

    async def both():
        return await asyncio.gather(inside(), neighbour(), inside())

    seen, others = [], []
    assert inspect.iscoroutinefunction(inside)
    assert asyncio.run(both()) == ["done", None, "done"]
    assert seen == [False] * 4
    assert others == [True] * 2


def test_asynchronous_generators():
    @no_grad()
    async def steps():
        try:
            answer = yield records()
            await asyncio.sleep(0)
            yield records(), answer
        finally:
            seen.append(records())

    async def use():
        run = steps()
        seen.append(await run.asend(None))
        assert records()
        seen.append(await run.asend("answer"))
        with pytest.raises(KeyError):
            await run.athrow(KeyError)
        seen.append([x async for x in steps()])

    seen = []
    asyncio.run(use())
    assert seen == [False, (False, "answer"), False, False, [False, (False, None)]]
    assert records()


def test_functions_keep_their_names_and_are_recorded_afterwards():
    @no_grad()
    def answer():
        """42"""
        return records()

    assert (answer.__name__, answer.__doc__, answer()) == ("answer", "42", False)
    assert records()


def test_a_gradient_inside_records_and_leaves_recording_off():
    @no_grad()
    def steps():
        yield grad(lambda x: np.sum(x * x))(np.ones(2)).tolist(), records()

    assert [*steps()] == [([2.0, 2.0], False)]


def test_no_anomaly_is_looked_for_between_the_pieces():
    @detect_anomaly()
    def steps():
        yield
        np.log(w - 1)

    run = steps()
    next(run)
    with np.errstate(divide="ignore"):
        np.log(w - 1)
        with pytest.raises(FloatingPointError, match=r"np\.log"):
            next(run)
