"""Text of a student's, made fit to be shown."""

import io

from rich.console import Console

from minigrad.course.reports.text import clean


def test_no_line_is_a_command_to_a_runner():
    assert clean("a[::2]\n  ::error::x\n::stop") == "a[::2]\n  : :error: :x\n: :stop"
    assert clean("##[error]x ##[y]") == "## [error]x ## [y]"


def test_no_part_of_a_line_is_a_command_where_the_line_is_broken():
    for width in range(20, 90):
        file = io.StringIO()
        Console(file=file, width=width).print(clean(f"{'word ' * 10}::error::x {'w' * 70}::notice::y"))
        assert not any(line.lstrip().startswith("::") for line in file.getvalue().splitlines())


def test_nothing_steers_a_terminal():
    assert clean("\x1b[31mred\r\n\tb") == "\\x1b[31mred\\x0d\n\tb"
