"""The Jacobians of a network: one step's, and those from each state to the last."""

import numpy as np

import minigrad
from minigrad.course.checks import Ask, chart, expect, expect_finite, expect_pure, size, sometimes_zero, steps
from minigrad.course.checks.through_time import (
    DISTANCES,
    length_of_the_gradient,
    quiet_network,
    random_weights,
    states,
)

step = Ask("step_jacobian", takes="h W_hh", gives={"J": "H H"}, H=size)
norms = Ask("gradient_norms", takes="hs W_hh", gives={"norms": "T"}, T=steps, H=size)


@norms.example
def a_network_after_its_forward_pass(rng, T, H):
    """A network whose steps have read any vectors, so that any states can come."""
    W_hh, read, h = rng.normal(size=(H, H)) * rng.uniform(0.7, 1.5) / np.sqrt(H), [], rng.uniform(-1, 1, H)
    hs = []
    for quiet in sometimes_zero(rng, np.ones(T)):
        read.append((0.1 + 0.9 * quiet) * rng.normal(size=H))
        hs.append(h := np.tanh(read[-1] + h @ W_hh))
    return {"hs": np.stack(hs), "W_hh": W_hh, "read": np.stack(read)}


@step.example
def one_step(rng, H):
    W_hh, read, h_prev = rng.normal(size=(H, H)), rng.normal(size=H), rng.uniform(-1, 1, H)
    return {"h": np.tanh(read + h_prev @ W_hh), "W_hh": W_hh, "read": read, "h_prev": h_prev}


@step.reference
def nudge_by_nudge(W_hh, read, h_prev, H):
    """Each number of the old state is nudged by an imaginary hair."""
    return np.stack([np.tanh(read + (h_prev + 1e-20j * unit) @ W_hh).imag / 1e-20 for unit in np.eye(H)], axis=1)


@norms.reference
def by_minigrad(hs, W_hh, read, T, H):
    """The derivatives of the last state by a nudge of each state; a row for each number of the last."""

    def last_state(nudges):
        h = hs[0] + nudges[0]
        for x, nudge in zip(read[1:], nudges[1:], strict=True):
            h = np.tanh(x + h @ W_hh) + nudge
        return h

    (blames,) = minigrad.vjp(last_state, np.zeros((T, H, H)))[1](np.eye(H))
    return np.linalg.svd(blames, compute_uv=False)[::-1, 0]


test_one_unit = step.check("step_jacobian: a single unit", 1, H=1)
test_jacobian = step.check("step_jacobian: each new number by each old one", 3)


test_one_back = norms.check("gradient_norms: a single step back", 2, needs=[test_jacobian], T=2)
test_norms = norms.check("gradient_norms: all the way back", 2, needs=[test_one_back])


@norms.checks("gradient_norms: where h is copied and 0, nothing is lost", 1, needs=[test_one_back])
def test_copies(gradient_norms, T, H):
    expect("norms", gradient_norms(hs=np.zeros((T, H)), W_hh=np.eye(H)), np.ones(T), "T")


@norms.checks("no argument is changed, and calling again gives the same", 1, needs=[test_one_unit], examples=16)
def test_pure(student, hs, W_hh):
    expect_pure(student, "step_jacobian", h=hs[0], W_hh=W_hh)
    expect_pure(student, "step_jacobian", h=0 * hs[0], W_hh=W_hh)  # all slopes are 1
    expect_pure(student, "gradient_norms", hs=hs, W_hh=W_hh)


@norms.checks("no stretch is larger than those of the steps together", 0)
def test_bound(gradient_norms, student, hs, W_hh, T, H):
    got = expect_finite("norms", gradient_norms(), (T,))
    stretches = [np.linalg.svd(student.step_jacobian(h=h, W_hh=W_hh), compute_uv=False)[0] for h in hs[:0:-1]]
    assert (got <= np.cumprod([1, *stretches]) * (1 + 1e-9)).all()


@chart
def vanishing_and_exploding(student):
    lines, left = {}, []
    for radius in (0.5, 1, 1.5, 3):
        network = quiet_network(random_weights(radius))
        lines[f"radius {radius}"] = student.gradient_norms(hs=states(**network)[:, 0], W_hh=network["W_hh"])
        left.append(f"{lines[f'radius {radius}'][-1]:.2g}")
    caption = (
        f"By your gradient_norms: {DISTANCES[-1]} steps back {', '.join(left)} are left. With radius 0.5 the line is "
        "straight: half is lost at each step. Above 1 the states grow large, and tanh, saturated, holds some back."
    )
    return length_of_the_gradient("tanh", lines, caption)
