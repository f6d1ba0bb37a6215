"""A formula of the book says what its text says, and what is none stays text."""

import math
import operator
import re
from html import unescape

import formulas
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from .drawn import tree
from .drawn import value as drawn_value


def value(text, **names):
    return drawn_value(formulas.operand(text), names)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 + 3 · 4", 14),
        ("(2 + 3) · 4", 20),
        ("2 - 3 - 4", -5),
        ("12 / 3 / 2", 2),
        ("2 · 6 / 3", 4),
        ("-4 / 2 + 1", -1),
        ("1/2 · 1/4", 1 / 8),
        ("8 / (2 + 2)", 2),
        ("(2 + 2) / 8", 0.5),
        ("(1 + 2)²", 9),
        ("2 · 3²", 18),
        ("10⁻²", 0.01),
        ("2^(1 + 2)", 8),
        ("(2^3)^(1/3)", 2),
        ("√(2 · 8) + 1", 5),
        ("√9 · 2", 6),
        ("tanh(1 - 1) + 1", 1),
        ("tanh 0.5 + 1", 1 + math.tanh(0.5)),
        ("1e-2 · 100", 1),
    ],
)
def test_what_is_drawn_has_the_value_of_the_text(text, expected):
    assert value(text) == pytest.approx(expected)


NAMED = {"a": 2.0, "h": 3.0, "dh": 5.0, "W_xh": 7.0, "h_prev": 11.0, "f_t": 13.0, "c_t−1": 17.0}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("h W_xh + a", 3 * 7 + 2),
        ("h (1 - a²)", 3 * (1 - 4)),
        ("dh * (1 - h²)", 5 * (1 - 9)),
        ("3ha²", 3 * 3 * 4),
        ("6 / 2h", 1),
        ("6/2h", 1),
        ("12/(a + 1)dh", 0.8),
        ("(h + a) / (h - a)", 5),
        ("f_t * c_{t-1} + h_prev", 13 * 17 + 11),
        ("a^h", 8),
    ],
)
def test_names_have_the_value_that_they_have_in_the_text(text, expected):
    assert value(text, **NAMED) == pytest.approx(expected)


NUMBERS = st.integers(1, 9).map(lambda n: (str(n), float(n), 3))  # a text, its value, and how tightly it holds together


def tied(part, least):
    text, _, ties = part
    return text if ties >= least else f"({text})"


def sums(parts):
    (left, right), sign = parts
    symbol = {"+": operator.add, "-": operator.sub}[sign]
    return f"{tied(left, 1)} {sign} {tied(right, 2)}", symbol(left[1], right[1]), 1


def products(parts):
    (left, right), sign = parts
    found = left[1] / right[1] if sign == "/" else left[1] * right[1]
    return f"{tied(left, 2)} {sign} {tied(right, 3)}", found, 2


def squares(part):
    return f"{tied(part, 4)}²" if part[2] < 3 else f"{part[0]}²", part[1] ** 2, 4


def expressions(inner):
    pairs = st.tuples(inner, inner)
    return (
        st.tuples(pairs, st.sampled_from("+-")).map(sums)
        | st.tuples(pairs.filter(lambda p: p[1][1] != 0), st.sampled_from("·*/")).map(products)
        | inner.filter(lambda part: part[2] < 4).map(squares)
        | inner.filter(lambda part: part[1] >= 0).map(lambda p: (f"√({p[0]})", math.sqrt(p[1]), 3))
    )


@given(st.recursive(NUMBERS, expressions, max_leaves=8))
def test_any_expression_has_its_value(expression):
    text, expected, _ = expression
    assume(abs(expected) < 1e9)
    assert value(text) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    "text",
    [
        "would be the carry",
        "one-hot",
        "2 0 1",
        "a / b c",  # is c above the bar or below it?
        "dhs (T, N, H)",
        "cat 1",
        "[0 1 0] @ [2 5]",
        "sat, ran",
        "h = ",
        "1/2 of it",
        "1/2 h",
        "e⁻ˣ²",
        "",
    ],
)
def test_what_the_grammar_does_not_know_is_no_formula(text):
    assert formulas.formula(text) == ""


def found_in(text):
    return [unescape(said) for said in re.findall(r'<math alttext="([^"]*)"', formulas.inline(text))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("so c_next is 1.4, and tanh(1.4) = 0.8854. From above", ["c_next", "tanh(1.4) = 0.8854"]),
        ("with a W_xh of many-to-one - I think - 3 words", ["W_xh"]),
        ("x W_xh + h W_hh + b as well", ["x W_xh + h W_hh + b"]),
        ("(N, D) meets *this* and (the 2nd of 9(8), 1e-5)", []),
        ("each of the 4H columns, and h²", ["4H", "h²"]),
        ("f = σ(a_f), where * is number by number", ["f = σ(a_f)"]),
        ("max_norm and my_rnn are names of code", []),
        ("e^(z+c) = e^z e^c, each", ["e^(z+c) = e^z e^c"]),
        ("a cell that I know", []),
        ("came: da = dout and db = dout", ["da = dout", "db = dout"]),
        ("a da of shape (N, 4H), as (T+1, N, H), and (2 + 3) · 4", ["(2 + 3) · 4"]),
        ("where y = x W is a product", []),
        ("x @ W + b and y = W_xh @ x are code", []),
        ("f = 0.5 ** (1 / steps)", ["1 / steps"]),
        ("da = dh * (1 - hs[t] ** 2), the sum of loss · y.size", []),
        ("log p = z - ln Σ eᶻ", []),
        ("dW = xᵀ dout. dW_xh = xᵀ da, dW_hh = h_prevᵀ da", []),
        ("with dh_prev = da W_hhᵀ, then x < 0.", ["dh_prev = da W_hhᵀ", "x < 0"]),
        ("open 24/7, in 1-2 words, on page 3-4", []),
        ("at t-1, the chance 1/4, and dy/dx", ["t-1", "1/4", "dy/dx"]),
        ("exp(-(ln p_1 + ... + ln p_n) / n)", []),
        ("half is w's, and g's part of h' + 1", ["h' + 1"]),
        ("0.5 * (1 + np.tanh(0.5 * a))", []),
        ("a mask of shape (T_1, D) and (T, D/2)", []),
    ],
)
def test_in_prose_only_what_is_surely_a_formula_is_one(text, found):
    assert found_in(text) == found


def test_prose_around_a_formula_stays_as_it_is():
    shown = re.sub(
        r'<span><math alttext="([^"]*)".*?</math></span>', r"\1", formulas.inline("of h², *the* [x](y) W_hh.")
    )
    assert unescape(shown) == "of h², *the* [x](y) W_hh."


def test_a_subscript_of_a_word_is_upright_and_of_letters_is_not():
    assert 'class="name">xh' in formulas.operand("W_xh")
    assert "<mi>prev</mi>" in formulas.operand("h_prev")


def test_a_root_of_something_in_brackets_ends_with_them():
    power = tree(formulas.formula("√(x)²")).find(".//msup")
    assert ["".join(part.itertext()) for part in power.find(".//msqrt")] == ["x"]


def test_a_sum_over_an_index_has_it_below_its_sign():
    below = tree(formulas.formula("p_k = e^z_k / (the sum over j of e^z_j)")).find(".//munder")
    assert ["".join(part.itertext()) for part in below] == ["∑", "j"]


def test_a_partial_derivative_is_a_fraction():
    fraction = tree(formulas.formula("∂c_t / ∂c_{t-1} = f_t")).find(".//mfrac")
    assert ["".join(part.itertext()) for part in fraction] == ["∂ct", "∂ct−1"]
