"""Figures are well-formed, can be read on a phone and heard, and their numbers are those of the solutions."""

import doctest
import itertools
import re
import types
import xml.etree.ElementTree as ET
from pathlib import Path

import figures
import numpy as np
import pytest
from figures import FIGURES, drawing, plots

from minigrad.course.catalogue.course import Course
from minigrad.course.catalogue.trusted import load_trusted

ROOT = Path(__file__).parents[2]
COURSE = Course(ROOT)
NAMES = sorted(FIGURES)
ON_A_PHONE = 390 - 2 * 16  # pixels between the margins of a page
SVG = "{http://www.w3.org/2000/svg}"


def solution(name):
    return load_trusted(ROOT / "solutions" / COURSE.find(name).file)


def picture(name):
    return ET.fromstring(FIGURES[name].drawing().svg(name))


def points(shape):
    """The corners of a shape, or those of the box around it."""
    numbers = {key: float(value) for key, value in shape.items() if re.fullmatch(r"-?[\d.]+", value)}
    match shape.tag.removeprefix(SVG):
        case "polyline" | "polygon":
            return [tuple(map(float, pair.split(","))) for pair in shape.get("points").split()]
        case "rect":
            x, y = numbers["x"], numbers["y"]
            return [(x, y), (x + numbers["width"], y + numbers["height"])]
        case "circle" | "ellipse":
            across, down = numbers.get("r", numbers.get("rx")), numbers.get("r", numbers.get("ry"))
            return [(numbers["cx"] + s * across, numbers["cy"] + s * down) for s in (-1, 1)]
        case "text":
            return box(shape)
    return []


def box(text):
    """About where words are: two corners. A letter is a little more than half as wide as it is high."""
    size = float(text.get("font-size", drawing.TEXT))
    letters = sum(0.3 if c in "iljft.,:'()| " else 0.85 if c in "mwMW" else 0.58 for c in "".join(text.itertext()))
    wide = letters * size * (1.06 if text.get("font-weight") else 1)
    x, y = float(text.get("x")), float(text.get("y"))
    left = {"start": 0, "middle": wide / 2, "end": wide}[text.get("text-anchor", "start")]
    if text.get("transform"):
        return [(x - 0.75 * size, y + left - wide), (x + 0.2 * size, y + left)]
    return [(x - left, y - 0.75 * size), (x - left + wide, y + 0.2 * size)]


def test_each_file_beside_the_tools_is_the_figure_of_the_exercise_of_its_name():
    files = {file.stem for file in Path(figures.__file__).parent.glob("[a-z]*.py")}
    assert files - {"colours", "drawing", "figure", "plots"} == set(FIGURES)


@pytest.mark.parametrize("name", NAMES)
def test_whoever_cannot_see_it_is_told_what_is_there(name):
    svg = picture(name)
    assert svg.get("role") == "img"
    title, description = svg.find(f"{SVG}title"), svg.find(f"{SVG}desc")
    assert svg.get("aria-labelledby").split() == [title.get("id"), description.get("id")]
    assert len(title.text) < 100 < len(description.text)


@pytest.mark.parametrize("name", NAMES)
def test_all_of_it_lies_on_the_sheet(name):
    svg = picture(name)
    _, _, width, height = map(float, svg.get("viewBox").split())
    for shape in svg:
        for x, y in points(shape):
            assert -0.5 <= x <= width + 0.5, ET.tostring(shape)
            assert -0.5 <= y <= height + 0.5, ET.tostring(shape)


@pytest.mark.parametrize("name", NAMES)
def test_no_words_lie_over_others(name):
    texts = picture(name).findall(f"{SVG}text")
    for one, other in itertools.combinations(texts, 2):
        ((left, top), (right, bottom)), ((x0, y0), (x1, y1)) = box(one), box(other)
        apart = min(right, x1) - max(left, x0) < 2 or min(bottom, y1) - max(top, y0) < 2
        assert apart, (one.text, other.text)


@pytest.mark.parametrize("name", NAMES)
def test_words_can_be_read_on_a_phone(name):
    svg = picture(name)
    width = float(svg.get("viewBox").split()[2])
    for text in svg.findall(f"{SVG}text"):
        assert float(text.get("font-size", svg.get("font-size"))) * ON_A_PHONE / width >= 11


@pytest.mark.parametrize("name", NAMES)
def test_each_colour_has_a_name_in_the_style_sheet(name):
    sheet = (ROOT / "docs" / "book" / "pages" / "assets" / "figures.css").read_text("utf-8")
    for shape in picture(name).findall("*[@class]"):
        assert f".figure .{shape.get('class')} " in sheet


@pytest.mark.parametrize("name", NAMES)
def test_it_is_the_same_every_time_and_markdown_leaves_it_as_it_is(name):
    html = FIGURES[name].html()
    assert html == FIGURES[name].html()
    assert not re.search(r"\bnan\b|\binf\b", html)
    assert "\n\n" not in html
    assert html.startswith("<figure")


@pytest.mark.parametrize("name", NAMES)
def test_its_numbers_come_from_the_solution(name):
    """Whatever function of the solution a caption names, another result of it makes another picture."""
    right = FIGURES[name].drawing()
    module = solution(name)
    named = [word for word in re.findall("`(.+?)`", right.caption) if callable(getattr(module, word, None))]
    assert named
    for function in named:
        wrong = types.SimpleNamespace(**vars(module))
        setattr(wrong, function, spoiled(getattr(module, function)))
        other = FIGURES[name].draw(wrong)
        assert other.svg(name) != right.svg(name), function


def spoiled(function):
    def spoil(value):
        if isinstance(value, (tuple, list)):
            return type(value)(spoil(part) for part in value)
        if isinstance(value, dict):
            return {key: spoil(part) for key, part in value.items()}
        return max(0, value - 1) if isinstance(value, int) else 0.5 * np.roll(value, 1)

    return lambda *args, **keywords: spoil(function(*args, **keywords))


@pytest.mark.parametrize("name", NAMES)
def test_it_stands_at_the_end_of_a_section_of_its_chapter(name):
    chapter = COURSE.find(name).skeleton.split('"""')[1]
    begins, after = f"**{FIGURES[name].after}", figures.with_figure(chapter, name)
    before, rest = after.split("<figure", 1)
    section = before[before.index(begins) :]
    assert len(re.findall(r"(?m)^\*\*", section)) == 1
    assert rest.split("</figure>")[1].lstrip().startswith("**")
    assert before.rstrip() + "\n\n" + rest.split("</figure>")[1].lstrip() == chapter


def test_a_chapter_without_a_figure_stays_as_it_is():
    assert figures.with_figure("**The idea.** Count.", "counts") == "**The idea.** Count."


def test_a_section_that_is_not_there_is_named():
    with pytest.raises(ValueError, match=r"the chapter of unroll has no section that begins with \*\*The idea\*\*"):
        figures.with_figure("**Another idea.** Count.", "unroll")


def test_the_network_guesses_the_words_that_come_next():
    hs, guesses = figures.unroll.reading(solution("unroll"))
    assert guesses == figures.unroll.SENTENCE[1:]
    assert all(np.abs(one - other).max() > 0.1 for one, other in itertools.combinations(hs, 2))


def test_a_smaller_radius_leaves_less_of_the_gradient():
    lines = [figures.jacobians.norms(solution("jacobians"), radius) for radius in (0.5, 1.0, 1.5, 3.0)]
    assert all(line[0] == 1 for line in lines)
    assert all(less[-1] < more[-1] for less, more in itertools.pairwise(lines))


def test_along_the_notebook_no_line_rises_and_a_larger_bias_leaves_more():
    lines = [figures.highway.along_the_notebook(solution("highway"), bias) for bias in (0.0, 1.0, 3.0, 5.0)]
    assert all((np.diff(line) < 0).all() for line in lines)
    assert all(less[-1] < more[-1] for less, more in itertools.pairwise(lines))


def test_the_gates_that_are_drawn_are_those_of_the_notebook():
    values = figures.lstm_cell.gates_and_notes(solution("lstm_cell"))
    i, f, o, c, h = (values[name] for name in figures.lstm_cell.COLUMNS)
    before = np.vstack([np.zeros((1, 2)), c[:-1]])
    written = c - f * before
    assert (np.abs(written) <= i + 1e-12).all()
    assert np.allclose(h, o * np.tanh(c))


@pytest.mark.parametrize("name", ["attention", "self_attention"])
def test_the_fullness_of_a_cell_is_its_weight(name):
    weights = getattr(figures, name).attention_map(solution(name))
    assert np.allclose(weights.sum(axis=1), 1)
    cells = [shape for shape in picture(name).findall(f"{SVG}rect") if shape.get("fill")]
    drawn = np.array([float(cell.get("fill-opacity", 1)) for cell in cells]).reshape(weights.shape)
    assert np.allclose(drawn, weights, atol=0.006)


def test_nobody_looks_ahead():
    weights = figures.self_attention.attention_map(solution("self_attention"))
    assert (np.triu(weights, 1) == 0).all()


def test_the_slopes_are_those_of_the_curves():
    curves, slopes = figures.local_derivatives.curves_of(solution("local_derivatives"))
    for name in ("tanh", "sigmoid"):
        assert np.allclose(np.gradient(curves[name], figures.local_derivatives.X)[1:-1], slopes[name][1:-1], atol=2e-3)


def test_what_is_clipped_lies_in_the_square_or_in_the_circle():
    by_value, by_norm = figures.clipping.clipped(solution("clipping"))
    assert np.abs(by_value).max() <= figures.clipping.LIMIT
    for g, clipped in zip(figures.clipping.GRADIENTS, by_norm, strict=True):
        assert np.linalg.norm(clipped) <= figures.clipping.LIMIT + 1e-12
        assert figures.clipping.angle(g) == pytest.approx(figures.clipping.angle(clipped))


def test_every_walk_ends_lower_and_the_gradient_alone_is_behind_momentum():
    walks = figures.optimizers.paths(solution("optimizers"))
    losses = {name: figures.optimizers.loss(walk[-1]) for name, walk in walks.items()}
    assert max(losses.values()) < 0.01 * figures.optimizers.loss(figures.optimizers.START)
    assert losses["momentum"] < losses["gradient alone"]


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_the_pieces_of_the_line_are_the_probabilities(temperature):
    powers = np.array(list(figures.sampling.WORDS.values())) ** (1 / temperature)
    ends = figures.sampling.ends_of_pieces(solution("sampling"), temperature)
    assert np.allclose(ends, np.cumsum(powers / powers.sum())[:-1], atol=1e-6)


def colours(scheme):
    """The colours of a scheme, in linear light, (3,) each."""
    sheet = (ROOT / "docs" / "book" / "pages" / "assets" / "figures.css").read_text("utf-8")
    block = re.findall(r"\{[^}]*--figure-paper:[^}]*\}", sheet)[scheme]
    found = {}
    for name, code in re.findall(r"--figure-(\w+): #(\w{6});", block):
        c = np.array([int(code[k : k + 2], 16) for k in (0, 2, 4)]) / 255
        found[name] = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    return found


def contrast(one, other):
    """As the Web Content Accessibility Guidelines have it."""
    dark, light = sorted(float(colour @ [0.2126, 0.7152, 0.0722]) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


LIGHT, DARK = 0, 1
THINGS = ["blue", "orange", "green", "purple"]
SEEN = {  # Machado, Oliveira and Fernandes (2009): without red, without green
    "by most": np.eye(3),
    "without red": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "without green": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
}


@pytest.mark.parametrize("scheme", [LIGHT, DARK])
def test_words_stand_out_from_the_paper(scheme):
    palette = colours(scheme)
    for name in ("ink", "soft", *THINGS):
        assert contrast(palette[name], palette["paper"]) >= 4.5, name


def lab(linear):
    """CIELAB, in which equal distances look about equal."""
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ linear.clip(0, 1)
    x, y, z = np.cbrt(xyz / [0.9505, 1, 1.089])
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("scheme", [LIGHT, DARK])
@pytest.mark.parametrize("eyes", SEEN)
def test_colours_can_be_told_apart(scheme, eyes):
    palette = colours(scheme)
    for one, other in itertools.combinations(THINGS, 2):
        seen = [lab(np.array(SEEN[eyes]) @ palette[name]) for name in (one, other)]
        assert np.linalg.norm(seen[0] - seen[1]) > 18, (one, other)


@pytest.mark.parametrize("name", NAMES)
def test_no_number_is_written_as_computers_write_it(name):
    drawn = FIGURES[name].drawing()
    assert not re.search(r"\de[+-]?\d", f"{drawn.title} {drawn.description} {drawn.caption}")


def test_the_caption_says_with_which_rates_the_optimizers_walk(monkeypatch):
    used = []
    module = types.SimpleNamespace(**vars(solution("optimizers")))
    for name in ("sgd_momentum_step", "adam_step"):
        monkeypatch.setattr(module, name, noted(getattr(module, name), used))
    caption = FIGURES["optimizers"].draw(module).caption
    first, second, third = dict.fromkeys(used)
    assert f"rates are {first}, {second} and {third}." in caption


def noted(function, used):
    def note(*args, lr, **options):
        used.append(lr)
        return function(*args, lr=lr, **options)

    return note


def test_the_examples_of_the_sheet_hold():
    assert doctest.testmod(drawing) == (0, 2)


def test_labels_stand_apart_in_their_order():
    assert drawing.spread([10.0, 11.0, 40.0], 15) == pytest.approx([3.0, 18.0, 40.0])


def test_a_line_of_powers_of_ten_is_straight_on_its_axis():
    axes = plots.Axes(drawing.Drawing(100, "", ""), (0, 0, 100, 100), (0, 4), (1e-4, 1), log_y=True)
    assert np.allclose(axes.points([0, 2, 4], [1, 0.01, 1e-4]), [(0, 0), (50, 50), (100, 100)])
