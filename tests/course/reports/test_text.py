"""Text of a student's, made fit to be shown."""

import io

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from minigrad.course.reports.text import by_word, clean, clip_sentences, say


def test_no_line_is_a_command_to_a_runner():
    assert clean("a[::2]\n  ::error::x\n::stop") == "a[::2]\n  : :error: :x\n: :stop"
    assert clean("##[error]x ##[y]") == "## [error]x ## [y]"
    assert clean("a ##vso[task.complete]\n##teamcity[x]") == "a ## vso[task.complete]\n## teamcity[x]"
    assert clean("travis_fold:start:x\nsection_start:1:x") == "travis_fold :start:x\nsection_start :1:x"
    assert clean("## a heading [1]") == "## a heading [1]"


def test_no_part_of_a_line_is_a_command_where_the_line_is_broken():
    for width in range(20, 90):
        file = io.StringIO()
        Console(file=file, width=width).print(clean(f"{'word ' * 10}::error::x {'w' * 70}::notice::y"))
        assert not any(line.lstrip().startswith("::") for line in file.getvalue().splitlines())


def test_a_long_message_ends_with_a_whole_sentence_or_at_least_a_word():
    assert clip_sentences("One is 1.5. Two follows! Three?", 1) == "One is 1.5. Two follows! Three?"
    assert clip_sentences("One is 1.5. Two follows! Three?", 1, width=30) == "One is 1.5. Two follows! ..."
    assert clip_sentences("One is 1.5. Two follows! Three?", 1, width=20) == "One is 1.5. ..."
    assert clip_sentences("One is a sentence of its own.", 1, width=20) == "One is a ..."
    assert clip_sentences("x" * 30, 1, width=20) == "x" * 16 + " ..."
    assert clip_sentences("One is " + "x" * 300, 1, width=200) == "One is " + "x" * 189 + " ..."
    assert clip_sentences("One of a. Two of it.\nThree.\nFour.", 2, width=14) == "One of a. ...\nThree.\n(1 more lines)"


@given(st.text(" abc.?!\n", max_size=80), st.integers(8, 40))
def test_no_message_is_longer_than_there_is_room_for(text, width):
    for row, whole in zip(clip_sentences(text, 99, width).split("\n"), text.rstrip("\n").split("\n"), strict=True):
        assert len(row) <= width
        assert row == whole or whole.startswith(row.removesuffix(" ..."))


def test_nothing_steers_a_terminal():
    assert clean("\x1b[31mred\r\n\tb") == "\\x1b[31mred\\x0d\n\tb"


def test_sentences_are_wrapped_by_word_and_commands_stay_whole():
    long = "x" * 50
    text = f"exercises is not there. To get an exercise back: python my/grader.py reset NAME. Or ask {long}, again\nNow"
    lines = by_word(text, 40).split("\n")
    assert lines == [
        "exercises is not there. To get an",
        "exercise back:",
        "python my/grader.py reset NAME. Or ask",
        f"{long},",
        "again",
        "Now",
    ]
    assert " ".join(lines) == text.replace("\n", " ")


def test_only_a_terminal_gets_lines():
    text = "a word " * 20 + "and the last"
    for terminal, lines in ((True, 4), (False, 1)):
        console = Console(file=io.StringIO(), width=40, force_terminal=terminal)
        say(console, text)
        assert len(console.file.getvalue().splitlines()) == lines


def test_names_in_sentences_steer_nothing():
    console = Console(file=io.StringIO(), width=80, force_terminal=True, color_system=None)
    say(console, "Only a.py is graded, not a\x1b[2J\n::error::b.py beside it.")
    assert console.file.getvalue() == "Only a.py is graded, not a\\x1b[2J\n: :error: :b.py beside it.\n"
