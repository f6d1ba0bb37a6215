"""A terminal as the grader needs it: signs it can show, an end to Ctrl-C, and keys."""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import re
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, TextIO, cast

from rich.console import Console

ESCAPES = re.compile(r"\x1b(\[[0-9;]*.|O.|.)?")  # what arrows and the like send


def prepare_streams() -> None:
    """Let every sign be printed: where the encoding has none of its own, another that reads alike."""
    plain = {"✓": "+", "✗": "x", "⏱": "T", "·": ".", "➜": ">", "─": "-", "━": "=", "╸": " ", "╺": " ", "…": "..."}
    plain |= {"≥": ">=", "≤": "<=", "≠": "!=", "±": "+-", "∞": "inf", "σ": "sigma"}
    plain |= {"ᵀ": "^T", "²": "^2", "ᵃ": "^a", "⁻": "^-"}

    def spell(error: UnicodeError) -> tuple[str, int]:
        assert isinstance(error, UnicodeEncodeError)
        return "".join(plain.get(c, "?") for c in error.object[error.start : error.end]), error.end

    codecs.register_error("spell", spell)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a closed stream is None
            stream.reconfigure(errors="spell")


class Trimmed:
    """A stream without the blanks at the ends of lines with which rich fills them up."""

    def __init__(self, stream: TextIO):
        self.stream = stream

    def write(self, text: str) -> int:
        self.stream.write(re.sub(r"[ \t]+(?=\n)", "", text))
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


def console_of(stream: TextIO) -> Console:
    """The console on a stream: a terminal, or what is read by a program or later, as plain lines."""
    console = Console(file=stream, highlight=False)
    return console if console.is_terminal else Console(file=cast(TextIO, Trimmed(stream)), highlight=False)


@contextlib.contextmanager
def keys() -> Iterator[Callable[[float], str]]:
    """A function that waits so many seconds for a key and returns it or ""; the terminal is left as it was.

    Without a terminal there are no keys.
    """
    if not (sys.stdin and sys.stdin.isatty()):
        yield _no_key
    elif sys.platform == "win32":
        yield _windows_key
    else:
        import termios
        import tty

        descriptor = sys.stdin.fileno()
        before = termios.tcgetattr(descriptor)

        def take_over(*_: Any) -> None:
            with contextlib.suppress(termios.error):  # a terminal that is closed wakes its processes too
                tty.setcbreak(descriptor)

        continued = signal.signal(signal.SIGCONT, take_over)  # the shell has had the terminal meanwhile
        try:
            take_over()
            yield _PosixKeys(descriptor)
        finally:
            signal.signal(signal.SIGCONT, continued)
            with contextlib.suppress(termios.error):  # the terminal is gone
                termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


class _PosixKeys:
    def __init__(self, descriptor: int):
        self.descriptor = descriptor
        self.typed = ""

    def __call__(self, seconds: float) -> str:
        if not self.typed and select.select([self.descriptor], [], [], seconds)[0]:
            try:
                read = os.read(self.descriptor, 1000).decode("utf-8", "replace")
            except OSError:
                read = ""
            if not read:  # the terminal is gone
                signal.raise_signal(signal.SIGHUP)
            self.typed = ESCAPES.sub("", read) if read else "q"
        key, self.typed = self.typed[:1], self.typed[1:]
        return key


def _no_key(seconds: float) -> str:
    time.sleep(seconds)
    return ""


def _windows_key(seconds: float) -> str:
    import msvcrt

    ends = time.monotonic() + seconds
    while not msvcrt.kbhit():  # type: ignore[attr-defined]
        if time.monotonic() > ends:
            return ""
        time.sleep(0.01)
    return str(msvcrt.getwch())  # type: ignore[attr-defined]
