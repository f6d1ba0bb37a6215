"""The pytest plugin: a fixture `gradcheck`, a marker of the same name, and a table where a gradient is wrong.

    @pytest.mark.gradcheck(order=1)
    def test_tanh(gradcheck):
        gradcheck(np.tanh, np.array([0.5, -1.0]))

Installing minigrad is enough for pytest to find it. `python -m pytest --pyargs minigrad` then runs the examples that
stand in minigrad's docstrings.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Generator
from typing import Any

import pytest

from minigrad.testing.comparison import GradientError
from minigrad.testing.gradients import check_gradients


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "gradcheck(**options): options for the fixture gradcheck, such as order=1, fast=True or rtol=1e-6."
    )
    if config.option.pyargs and all(re.match(r"minigrad\b", arg) for arg in config.args):
        import hypothesis

        config.option.doctestmodules = True  # these are all the tests that an installed minigrad has
        hypothesis.settings.register_profile("minigrad", deadline=None, derandomize=True, database=None)
        hypothesis.settings.load_profile("minigrad")


@pytest.fixture
def gradcheck(request: pytest.FixtureRequest) -> Callable[..., tuple[str, ...]]:
    """minigrad.testing.check_gradients, with the options of the test's marker `gradcheck`."""
    options: dict[str, Any] = {}
    for marker in reversed([*request.node.iter_markers("gradcheck")]):  # the closest marker has the last word
        if marker.args:
            raise pytest.UsageError(f"the marker gradcheck takes options by name, such as order=1; got {marker.args}.")
        options.update(marker.kwargs)
    return functools.partial(check_gradients, **options)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> Generator[None, Any, Any]:
    report = yield
    error = call.excinfo.value if call.excinfo else None
    if isinstance(error, GradientError) and error.index is not None and hasattr(report.longrepr, "addsection"):
        report.longrepr.addsection("gradient check", table(error, item.config.get_terminal_writer().fullwidth))
    return report


def table(error: GradientError, width: int = 80) -> str:
    """A table, as text, of an error: the wrong elements, the first of them with both numbers, and the hint."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    errors = [error] if error.operation is None else [error, error.operation]
    grid = Table("gradient with respect to", box=None, pad_edge=False)
    for e in errors:
        grid.add_column(Text(e.name), overflow="fold")
    grid.add_row("wrong elements", *(f"{e.wrong} of {e.size}" if e.wrong else f"some of {e.size}" for e in errors))
    grid.add_row("the first is at index", *(str(e.index) for e in errors))
    grid.add_row("got", *(f"{e.got:.12g}" for e in errors))
    grid.add_row("expected", *(f"{e.expected:.12g}" for e in errors))
    grid.add_row("by", *(e.method for e in errors))
    grid.add_row("ratio", *(f"{e.ratio:.9g}" for e in errors))
    grid.add_row("order", *(str(e.order) for e in errors))
    if any(e.hint for e in errors):
        grid.add_row("hint", *(e.hint for e in errors))
    console = Console(width=width, color_system=None)
    with console.capture() as captured:
        console.print(grid)
    return "\n".join(line.rstrip() for line in captured.get().rstrip().split("\n"))
