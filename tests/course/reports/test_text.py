"""Text of a student's, made fit to be shown."""

from minigrad.course.reports.text import clean


def test_no_line_is_a_command_to_a_runner():
    assert clean("a[::2]\n  ::error::x\n::stop") == "a[::2]\n  : :error::x\n: :stop"
    assert clean("##[error]x ##[y]") == "## [error]x ##[y]"


def test_nothing_steers_a_terminal():
    assert clean("\x1b[31mred\r\n\tb") == "\\x1b[31mred\\x0d\n\tb"
