"""Lines that stand for code are followed by that code, as it is in the source."""

import ast
import re
from pathlib import Path

import excerpts
import pytest

ROOT = Path(__file__).parents[2]
TOUR = (ROOT / "docs" / "tour.md").read_text("utf-8")
LINES = [line.groups() for line in excerpts.LINE.finditer(TOUR)]


@pytest.mark.parametrize(("path", "names"), LINES)
def test_what_the_tour_names_is_there_and_can_be_read_on_a_page(path, names):
    assert len(excerpts.code(path, names).split("\n")) <= 80
    assert re.search(rf"\[`{re.escape(f'{path}: {names}')}`\]\(\.\./{path}\)", TOUR)


def test_the_tour_takes_an_afternoon():
    assert len(TOUR.split()) < 2600
    assert 400 < sum(excerpts.code(*line).count("\n") + 1 for line in LINES) < 600


def test_the_tour_says_how_many_lines_of_the_engine_it_goes_through():
    shown = [line for line in LINES if not line[0].startswith(("minigrad/nn/", "minigrad/testing/"))]
    lines = sum(excerpts.code(*line).count("\n") + 1 for line in shown)
    assert f"goes through the {round(lines, -2)} that carry the rest" in " ".join(TOUR.split())


def test_code_follows_its_line():
    page = "Look:\n\n[`minigrad/rules.py: derivative`](../minigrad/rules.py)\n\nThen"
    before, code, after = re.fullmatch(r"(.*?)```python\n(.*)\n```(.*)", excerpts.with_code(page), re.DOTALL).groups()
    assert (before + after).replace("\n\n\n\n", "\n\n") == page
    assert code in (ROOT / "minigrad" / "rules.py").read_text("utf-8")
    assert ast.parse(code).body[0].name == "derivative"


def test_methods_and_rows_of_the_table_have_names():
    assert excerpts.code("minigrad/tensor.py", "Tensor.item").startswith("def item(self")
    row = excerpts.code("minigrad/derivatives/elementwise.py", "np.exp")
    assert row == "derivative(np.exp, lambda g, y, x: g * y)"


def test_a_name_that_is_gone_is_an_error_that_says_where():
    with pytest.raises(LookupError, match=r"minigrad/graph\.py has nothing of the name swoop"):
        excerpts.code("minigrad/graph.py", "swoop")
