"""Blocks of a chapter are tables of shapes, formulas, or stay as they are."""

import re
from html import unescape

import pytest

pytest.importorskip("markdown", reason="The book is made by the extra docs: pip install -e '.[docs]'")
import blocks
import markdown


def cells(html):
    """The text of the cells in each row of a table."""
    rows = re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
    said = [re.sub(r'<math alttext="([^"]*)".*?</math>', r"\1", row) for row in rows]
    return [
        [unescape(re.sub("<[^>]*>", "", cell)) for cell in re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row)] for row in said
    ]


def test_shapes_are_a_table():
    block = "x       (N, D)   the input\nh_next  (N, H)   what `@` gives,\n                 and more\nb       (H,)"
    html = blocks.html(block, is_of_shapes=True)
    assert cells(html) == [
        ["x", "(N, D)", "the input"],
        ["h_next", "(N, H)", "what @ gives, and more"],
        ["b", "(H,)", ""],
    ]
    assert "<code>h_next</code>" in html
    assert "<code>@</code>" in html


def test_a_row_without_a_shape_has_its_words_beside_its_name():
    html = blocks.html("ids   (T,)   integers\nrows  the shape of ids, and D behind it", is_of_shapes=True)
    assert cells(html)[1] == ["rows", "the shape of ids, and D behind it"]
    assert 'colspan="2"' in html


def test_two_names_with_one_space_before_their_shape_are_names():
    assert cells(blocks.html("h0, c0 (N, H)   two states", is_of_shapes=True)) == [["h0, c0", "(N, H)", "two states"]]


def test_a_table_with_other_columns_stays_as_it_is():
    block = (
        "scheme   W_xh  (D, H)   b  (H,)\nxavier   uniform        0\nhe       normal         0\nzero     0   0   0   0"
    )
    assert blocks.html(block, is_of_shapes=True) == blocks.as_it_is(block.splitlines())


def test_what_stands_beside_a_formula_stays_beside_it():
    html = blocks.html("h = tanh(a)        the new state\nf_t = 1/2          half of it")
    assert cells(html) == [["h = tanh(a)", "the new state"], ["f_t = 1/2", "half of it"]]


def test_a_formula_that_is_aligned_at_its_sign_is_one():
    assert cells(blocks.html("da = 1 · 0.36 · 2 = 0.72\ndx = 0.36       = 0.36")) == [
        ["da = 1 · 0.36 · 2 = 0.72"],
        ["dx = 0.36       = 0.36"],
    ]
    assert cells(blocks.html("kept     0.75 · 0.4     =  0.3\nwritten  0.25 · (-0.2)  = -0.05")) == [
        ["kept", "0.75 · 0.4 =  0.3"],
        ["written", "0.25 · (-0.2) = -0.05"],
    ]


def test_columns_with_a_formula_in_most_rows_are_a_table():
    block = "       first step    second step\ndh     0 + 0 = 0     0.5 + 1 = 1.5\nsends  0 · 0.5 = 0   1.5 · 2 = 3"
    html = blocks.html(block)
    assert cells(html)[0] == ["", "first step", "second step"]
    assert cells(html)[2] == ["sends", "0 · 0.5 = 0", "1.5 · 2 = 3"]
    assert "parted" in html
    assert "parted" not in blocks.html("h = tanh(a)        the new state\nf_t = 1/2          half of it")


def test_columns_are_a_table_whose_parts_can_be_wrapped():
    html = blocks.html(
        "after the   cat, cat     counts: cat 2\nafter cat   sat, <unk>   counts: sat 1\nfor each of them"
    )
    assert cells(html) == [
        ["after the", "cat, cat", "counts: cat 2"],
        ["after cat", "sat, <unk>", "counts: sat 1"],
        ["for each of them"],
    ]
    assert "colspan=3" in html
    first, second = "second    da = 0.36             its share is 0.2    = 0.2", f"the cut   {'0.18 is dropped. ' * 3}"
    html = blocks.html(f"{first}\n{second}")
    assert cells(html)[0] == ["second", "da = 0.36 its share is 0.2 = 0.2"]
    assert html.count("</span> <span>its share") == 1


@pytest.mark.parametrize(
    "block",
    [
        "for word in sentence:\n    prediction, state = my_rnn(word, state)",
        "text                0  1  2  3\nx of the batch      0  1  2\ny of the batch         1  2  3",
        "        [1 0]\n[0 1 ]  @  [2 5]  =  [2 5]",
        "x  0  7     y  1   8\n   1  8        2   9",
    ],
)
def test_anything_else_stays_as_it_is(block):
    html = blocks.html(block)
    assert html.startswith("<pre")
    assert unescape(re.sub("<[^>]*>", "", html)) == block


def test_formulas_of_one_line_stand_below_each_other():
    assert cells(blocks.html("1/2 · 1/8 = 1/16        √(2 · 8) = 4")) == [["1/2 · 1/8 = 1/16"], ["√(2 · 8) = 4"]]


def said(html):
    """The text of a paragraph, in which a formula is what it was made of."""
    drawn = re.sub(r'<span><math alttext="([^"]*)".*?</math></span>', r"\1", html)
    shown = re.sub("</?(?:p|em|code)>", "", drawn)
    assert "<" not in shown
    return unescape(shown)


@pytest.mark.parametrize("word", ["<unk>", "a<b>", "</s>", "<!-- -->", "<?x?>", "<end-of-text>", "<p"])
def test_a_word_that_looks_like_an_element_is_shown(word):
    assert said(markdown.markdown(blocks.with_formulas(f"x_1 = 2 and {word}, *{word}* x_2"))) == (
        f"x_1 = 2 and {word}, {word} x_2"
    )
    assert cells(blocks.html("eos   (N,)   that of <eos>", is_of_shapes=True)) == [["eos", "(N,)", "that of <eos>"]]
    assert blocks.without_tags("`<eos>` and <eos>") == "`<eos>` and &lt;eos>"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("as np.argsort says.", ["np.argsort"]),
        ("x = np.tanh(w * (0.5 - h_0)), ids.ravel() and b_0", ["np.tanh(w * (0.5 - h_0))", "ids.ravel()"]),
        ("np.arange(T)[:, None], not `W.T` (math.inf)", ["np.arange(T)[:, None]", "W.T", "math.inf"]),
        ("a sentence. Another, 0.5 and [a page](there.md) or [another](../b/start.md), e_1.", []),
    ],
)
def test_names_with_points_are_code(text, code):
    shown = blocks.with_formulas(text)
    assert re.findall("`([^`]*)`", re.sub("<math.*?</math>", "", shown)) == code
    assert "<math" not in "".join(re.findall("`[^`]*`", shown))


def test_of_plain_text_every_sign_is_shown():
    text = "m / (1 - b1**t), v / (1 - b2**t), __init__ and [a](b), `x*y*z`"
    assert said(markdown.markdown(blocks.of_plain(text))) == text.replace("`", "")


def test_code_in_prose_stays_code():
    assert blocks.with_formulas("of `h_t @ W_hh` and h_t").startswith("of `h_t @ W_hh` and <span><math")
