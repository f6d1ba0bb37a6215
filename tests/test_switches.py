"""Recording is switched on and off, Tensors are made leaves that learn, and results keep their gradient if asked."""

import gc
import threading

import numpy as np
import pytest

from minigrad import Tensor, enable_grad, grad, is_grad_enabled, no_grad, set_grad_enabled
from minigrad.graph import retained

# Recording


def test_recording_is_switched_inside_and_as_before_outside():
    with no_grad():
        with enable_grad():
            assert is_grad_enabled()
        assert not is_grad_enabled()
        with set_grad_enabled(True):
            assert is_grad_enabled()
        assert not is_grad_enabled()
    with set_grad_enabled(False):
        assert not is_grad_enabled()
        with set_grad_enabled(True), no_grad():
            assert not is_grad_enabled()
        assert not is_grad_enabled()
    assert is_grad_enabled()


@pytest.mark.parametrize("mode", ["x", 1, None])
def test_a_switch_is_on_or_off(mode):
    with pytest.raises(TypeError, match="set_grad_enabled: expected True or False, got"):
        set_grad_enabled(mode)
    assert is_grad_enabled()


@pytest.mark.parametrize("switch", [no_grad, no_grad()], ids=["bare", "called"])
def test_functions_are_decorated_and_nothing_else(switch):
    @switch
    def without():
        return is_grad_enabled()

    class Steps:
        def __call__(self):
            yield is_grad_enabled()

    assert not without()
    assert [*switch(Steps())()] == [*switch(lambda: (is_grad_enabled() for _ in "x"))()] == [False]
    for thing, says in {
        Steps: "got the class Steps. Decorate its methods",
        staticmethod(without): "got a staticmethod. Write @staticmethod above",
        True: "got True",
    }.items():
        with pytest.raises(TypeError, match=f"expected a function to decorate, {says}"):
            switch(thing)
    assert is_grad_enabled()


def test_a_mere_call_holds_from_there_on():
    with enable_grad():
        set_grad_enabled(False)
        with no_grad():
            pass
        assert not is_grad_enabled()
        set_grad_enabled(True)
        with no_grad():
            assert not is_grad_enabled()
        assert is_grad_enabled()
        set_grad_enabled(True)


def test_functions_and_generators_are_decorated():
    @set_grad_enabled(False)
    def without():
        return is_grad_enabled()

    @enable_grad()
    def steps():
        yield is_grad_enabled()
        yield is_grad_enabled()

    assert is_grad_enabled()
    assert not without()
    with no_grad():
        assert [(x, is_grad_enabled()) for x in steps()] == [(True, False)] * 2


def test_a_switch_decorates_and_opens_as_often_as_it_is_used():
    switch = set_grad_enabled(False)
    first, second = switch(is_grad_enabled), switch(is_grad_enabled)
    assert is_grad_enabled()
    assert not first()
    assert not second()
    for _ in range(2):
        with switch:
            assert not is_grad_enabled()
            with switch:
                assert not is_grad_enabled()
            assert not is_grad_enabled()
            assert not switch(is_grad_enabled)()
            assert not is_grad_enabled()
        assert is_grad_enabled()
    with set_grad_enabled(False) as _, enable_grad():
        assert is_grad_enabled()
    with pytest.raises(TypeError, match="expected a function"):
        set_grad_enabled(False)(True)
    assert is_grad_enabled()


def test_in_another_thread_a_switch_begins_anew():
    def run():
        with switch:
            seen.append(is_grad_enabled())
        seen.append(is_grad_enabled())

    seen = []
    with enable_grad():
        switch = set_grad_enabled(False)
        thread = threading.Thread(target=run)
        thread.start()
        thread.join(10)
        assert seen == [False, True]
        switch.__exit__()


def test_a_transform_inside_no_grad_records_what_it_needs():
    with no_grad():
        assert grad(lambda x: x * x)(3.0) == 6.0


# Leaves


def test_requires_grad_can_be_set_in_a_chain():
    x = Tensor([1.0, 2.0]).requires_grad_()
    assert x.requires_grad
    assert not x.requires_grad_(False).requires_grad
    with pytest.raises(TypeError, match="floating-point"):
        Tensor([1, 2]).requires_grad_()
    with pytest.raises(TypeError, match="requires_grad of a result"):
        (Tensor(1.0, requires_grad=True) * 2).requires_grad_(False)


def test_leaves_are_what_was_not_computed():
    x = Tensor([1.0, 2.0], requires_grad=True)
    with no_grad():
        unrecorded = x * 2
    leaves = x, Tensor(1.0), x.detach(), unrecorded, Tensor([1.0]) * 2
    assert all(t.is_leaf for t in leaves)
    assert not (x * 2).is_leaf


# Gradients of results


def test_a_result_keeps_its_gradient_beside_the_leaves():
    x = Tensor([1.0, 2.0], requires_grad=True)
    h = np.exp(x)
    total = np.sum(h * h)
    h.retain_grad()
    total.retain_grad()
    total.backward()
    np.testing.assert_allclose(h.grad, 2 * h.data)
    assert total.grad == 1
    np.testing.assert_allclose(x.grad, 2 * h.data**2)


def test_it_adds_up_and_is_its_own():
    x = Tensor([1.0, 2.0], requires_grad=True)
    h = x * 3
    h.retain_grad()
    y = h + 0.0
    y.retain_grad()
    seed = np.ones(2)
    y.backward(seed)
    y.backward(seed)
    assert h.grad.tolist() == y.grad.tolist() == [2, 2]
    y.grad[:] = 7
    assert h.grad.tolist() == [2, 2]
    assert x.grad.tolist() == [6, 6]
    assert seed.tolist() == [1, 1]
    x.data -= 1.0  # in place, as after every backward


def test_of_a_result_that_is_used_twice_it_is_the_sum():
    x = Tensor(2.0, requires_grad=True)
    h = x * x
    h.retain_grad()
    (h * h + h).backward()
    assert h.grad == 9


def test_a_leaf_keeps_its_gradient_anyway_and_a_constant_has_none():
    x = Tensor(2.0, requires_grad=True)
    x.retain_grad()
    (x * x).backward()
    assert x.grad == 4
    with pytest.raises(TypeError, match="retain_grad: this Tensor requires no gradient"):
        Tensor(2.0).retain_grad()


def test_transforms_leave_it_alone_and_nothing_is_remembered_of_what_is_gone():
    before, kept = len(retained), []

    def f(x):
        h = x * x
        h.retain_grad()
        kept.append(h)
        return np.sum(np.sin(h))

    gradient = grad(lambda x: np.sum(grad(f)(x)))(np.array([1.0, 2.0]))
    assert np.allclose(gradient, grad(lambda x: np.sum(np.cos(x * x) * 2 * x))(np.array([1.0, 2.0])))
    assert kept[0].grad is None
    kept.clear()
    gc.collect()
    assert len(retained) == before
