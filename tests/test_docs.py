"""The code in docs/testing.md does what the page says."""

import re
from pathlib import Path

import pytest

from minigrad.testing import GradientError
from minigrad.testing.plugin import table

PAGE = (Path(__file__).parents[1] / "docs" / "testing.md").read_text("utf-8")


def test_the_page(gradcheck):
    names = {}
    for code in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(code, names)
    names["test_layer"]()
    names["test_with_a_cache"]()
    names["test_with_the_fixture"](gradcheck)
    names["test_rnn_cell"]()
    with pytest.raises(GradientError) as caught:
        names["test_forgetful"]()
    shown = table(caught.value)
    names_of_lines = re.findall(r"(?m)^(\S.*?)(?:  |$)", shown)
    printed = PAGE[PAGE.index("    gradient with") : PAGE.index("## How exact")]
    assert names_of_lines == re.findall(r"(?m)^    (\S.*?)(?:  |$)", printed)
    assert "everything is 0.25 times what it should be" in shown
