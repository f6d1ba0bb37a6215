"""The process that runs what a student wrote. It maps arguments to results and knows nothing else.

It holds no reference, no tolerance and no score. Whatever the student's code does here (patch NumPy, print a
results file, exit with 0) changes only the numbers that go back, and those are judged elsewhere.
"""

from __future__ import annotations

import builtins
import functools
import io
import itertools
import linecache
import os
import queue
import re
import signal
import sys
import threading
import time
import traceback
import types
import warnings
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from typing import IO, Any, NoReturn

import numpy as np

from minigrad.course.results.limits import KEPT, MAX_KINDS, MAX_LINE, MAX_LINES, MAX_VALUES, MAX_WARNINGS
from minigrad.course.results.spelled import cut_off, shortened, source_lines, spelled
from minigrad.course.student.frames import FrameError, read_frame, without_addresses, write_frame
from minigrad.course.student.limits import (
    LATE_SECONDS,
    MAX_PRINTED,
    NO_JUDGE,
    PRINTED_AT_ONCE,
    limit_cpu,
    limit_files,
    limit_resources,
)
from minigrad.course.student.purity import Purity
from minigrad.course.student.seccomp import Filter, confine

STANDARD_LIBRARY = "the standard library"
USUAL_IMPORTS = ("numpy", STANDARD_LIBRARY)
GLANCE = 90  # characters of a value that a line saw
MANY = 1_000  # things in a value, of which more are not put into words


class DebuggerLeft(BaseException):
    """The program waits for somebody who looks into it, and nobody does. Not an Exception, as PrintFlood."""


class PrintFlood(BaseException):
    """More output than a person reads. Not an Exception, so that `except Exception` does not swallow it."""


class Printed(io.TextIOBase):
    """The text that the student prints, kept up to a limit."""

    def __init__(self) -> None:
        self.text = io.StringIO()
        self.length = 0

    def made_cheap(self, usual: Callable[..., None]) -> Callable[..., None]:
        """print, but that what would not be kept is not put into words, which takes most of the time."""

        @functools.wraps(usual)
        def print(*values: Any, sep: Any = None, end: Any = None, file: Any = None, flush: Any = False) -> None:
            if self.length < KEPT or file is not None:
                usual(*values, sep=sep, end=end, file=file, flush=flush)
            else:
                self.write("x" * PRINTED_AT_ONCE)

        return print

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.text.write(text[: max(0, KEPT - self.text.tell())])
        self.length += len(text)
        if self.length > MAX_PRINTED:
            raise PrintFlood
        return len(text)

    def reconfigure(self, **_: Any) -> None:
        """Change nothing: whatever is printed can be encoded. On Windows many ask for UTF-8 like this."""

    @property
    def buffer(self) -> io.RawIOBase:
        """A place for bytes in UTF-8, for whoever puts a text stream of their own around it."""
        return _Bytes(self)

    def take(self) -> str:
        """Everything since the last call, as text that can be encoded."""
        text = self.text.getvalue()[:KEPT]  # threads may have written more
        self.text, self.length = io.StringIO(), 0
        return text.encode("utf-8", "replace").decode("utf-8")


class _Bytes(io.RawIOBase):
    """Bytes that are printed as text."""

    def __init__(self, printed: Printed):
        self.printed = printed

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.printed.write(bytes(data).decode("utf-8", "replace"))
        return len(data)


class Warnings:
    """The warnings that lines of the student's file give rise to, such as an overflow in NumPy."""

    def __init__(self) -> None:
        self.file = ""
        self.seen: dict[tuple[int, str], None] = {}
        warnings.simplefilter("always")
        warnings.showwarning = self.show

    def show(
        self,
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: Any = None,
        line: Any = None,
    ) -> None:
        counts = filename == self.file and issubclass(category, RuntimeWarning) and _is_number(lineno)
        if counts and len(self.seen) < MAX_WARNINGS:
            self.seen[lineno, str(message)[:200]] = None

    def take(self) -> list[tuple[int, str, str]]:
        """All since the last call: the line's number, its code, and what is said of it."""
        taken = [(line, _code(self.file, line), text) for line, text in self.seen]
        self.seen.clear()
        return taken


class ForbiddenImport(ModuleNotFoundError):
    """An import of what the exercise does not allow."""


class OnlyAllowed:
    """The first finder that imports are asked of: it refuses what an exercise does not allow, the course kit always.

    All that it finds is the framework, for an exercise that allows it: the one that this process comes from.
    """

    def __init__(self, allowed: Sequence[str]):
        self.allowed = allowed

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        top = name.partition(".")[0]
        standard = top in sys.stdlib_module_names or top.startswith("_sysconfigdata")  # its name tells the platform
        allowed = " and ".join(self.allowed)
        if top not in self.allowed and not (standard and STANDARD_LIBRARY in self.allowed):
            raise ForbiddenImport(f"{name} cannot be imported here. {_MAY_IMPORT.format(allowed)}")
        if f"{name}.".startswith("minigrad.course."):
            raise ForbiddenImport(f"{name} cannot be imported here: it judges. {_MAY_IMPORT.format(allowed)}")
        return PathFinder.find_spec(name, [_FRAMEWORK]) if name == "minigrad" else None


_MAY_IMPORT = "This exercise may import {}; the rest is yours."
_FRAMEWORK = str(Path(__file__).parents[3])  # the folder in which it lies


def forget_ourselves() -> None:
    """Let an import of the framework be asked for like any other; what is loaded stays in use."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "minigrad"]:
        del sys.modules[name]


def main(memory_limit: int, allowed: Filter | None = None) -> None:
    """Answer requests on standard input until it ends.

    Args:
        allowed: in a cage, which calls of the system this process may make from then on.
    """
    pipe, answers = _take_over_pipes()
    next_request = _receiver(pipe)
    printed = Printed()
    sys.stdout = sys.stderr = printed
    limit_resources(memory_limit)
    forget_ourselves()
    builtins.print = printed.made_cheap(print)
    theirs = types.ModuleType("builtins")  # the student's own, to be changed at will: ours stay as they are
    vars(theirs).update(vars(builtins))
    sys.modules["builtins"] = theirs
    sys.breakpointhook = _refuse_debugger
    warned = Warnings()
    clock = Clock(answers, printed)
    if allowed:
        limit_files()
        confine(allowed)
    write_frame(answers, {})  # that we have started
    module, purity, shelf = types.ModuleType("nothing_loaded"), Purity(), Shelf()
    imports: OnlyAllowed | None = None
    while True:
        request = next_request()
        clock.start(request["id"], request["seconds"])
        if "source" in request:
            module = types.ModuleType(request["name"])
            vars(module)["__builtins__"] = vars(theirs)
            warned.file = clock.file = request["file"]
            if imports is None:
                imports = OnlyAllowed(())
                sys.meta_path.insert(0, imports)
                if request["cpu_seconds"]:
                    limit_cpu(request["cpu_seconds"])
            imports.allowed = request["imports"]
            answer = load(module, request)
        elif "part" in request:
            answer = {"value": shelf.add(request["part"], request["to"]), "changed": [], "shared": ""}
        else:
            answer = call(module, request, purity, shelf)
        clock.stop()
        if sys.platform != "win32":
            signal.setitimer(signal.ITIMER_REAL, 0)  # an alarm rings in the code that set it, or not at all
        about = {"id": request["id"], "printed": printed.take(), "warnings": warned.take()}
        try:
            write_frame(answers, {**answer, **about})
        except BaseException as error:  # too large, or an object that raises when it is looked at
            write_frame(
                answers, {**_said("UnusableResult", _text_of(error) or f"it raises {_name(type(error))}"), **about}
            )


# Frames of a part of a line; where the line stands is said by the frame that they belong to.
_UNNAMED = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>", "<lambda>")


class Clock:
    """A clock that answers in place of a call whose time is up: with the student's own lines in which it is.

    It has no answer where the call holds the interpreter, as long work in C may; then the judge ends the process.
    """

    def __init__(self, answers: IO[bytes], printed: Printed):
        self.answers, self.printed = answers, printed
        self.file = ""
        self.id, self.deadline = 0, float("inf")
        self.answering = threading.Lock()  # held by whoever answers, the call or the clock
        self.caller = threading.get_ident()
        threading.Thread(target=self._run, daemon=True).start()

    def start(self, id: int, seconds: float) -> None:
        self.id, self.deadline = id, time.monotonic() + seconds

    def stop(self) -> None:
        """The call has come back, and answers itself; unless the clock does already: then nothing goes on from here."""
        with self.answering:
            self.deadline = float("inf")

    def _run(self) -> None:
        while True:
            time.sleep(LATE_SECONDS / 10)
            with self.answering:
                if time.monotonic() >= self.deadline:
                    break_off(self.answers, self._answer())

    def _answer(self) -> dict[str, Any]:
        stack = traceback.walk_stack(sys._current_frames()[self.caller])
        own = [(frame, line) for frame, line in stack if frame.f_code.co_filename == self.file]
        named = [(frame, line) for frame, line in own if frame.f_code.co_name not in _UNNAMED] or own
        return {"late": True, "id": self.id, "printed": self.printed.take(), "lines": _as_lines(named[::-1])}


def break_off(answers: IO[bytes], answer: dict[str, Any]) -> NoReturn:
    """Give the last answer, and end."""
    try:
        write_frame(answers, answer)
    finally:
        os._exit(NO_JUDGE)


def _refuse_debugger(*_: object, **__: object) -> None:
    raise DebuggerLeft


def _receiver(pipe: IO[bytes]) -> Callable[[], dict[str, Any]]:
    """The function that gives the next request. When the judge is gone so are we, whatever the student's code is doing.

    On Linux the system sees to that, and the keeper. Elsewhere a thread does, which waits for the requests.
    """

    def receive() -> dict[str, Any]:
        try:
            return read_frame(pipe)
        except (EOFError, OSError, FrameError):
            os._exit(NO_JUDGE)

    if sys.platform == "linux":
        return receive
    requests: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()

    def hand_on() -> None:
        while True:
            requests.put(receive())

    threading.Thread(target=hand_on, daemon=True).start()
    return requests.get


def _take_over_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Keep the judge's pipes for ourselves; input() finds nothing and stray output goes nowhere."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    return requests, answers


def load(module: types.ModuleType, request: dict[str, Any]) -> dict[str, Any]:
    """Run the student's file as a module. Whatever happens is an answer."""
    file, source = request["file"], request["source"].tobytes().decode("utf-8")
    linecache.cache[file] = (len(source), None, source_lines(source), file)
    module.__file__ = file
    sys.modules[module.__name__] = module
    try:
        code = compile(source, file, "exec", dont_inherit=True)
    except BaseException as error:
        answer = as_data(error, file)
        return {**answer, "kinds": ["Unread", *answer["kinds"]]}  # no line of the file has run
    try:
        exec(code, module.__dict__)
    except BaseException as error:
        return as_data(error, file)
    return {"value": None, "changed": [], "shared": ""}


class Shelf:
    """A shelf of values that stay in this process, under numbers, to be arguments of later calls.

    Trainings need that for what is too large to go back and forth: a long text, or what was counted in it.
    """

    def __init__(self) -> None:
        self.kept: list[Any] = []

    def put(self, value: Any) -> int:
        self.kept.append(value)
        return len(self.kept) - 1

    def add(self, part: list[Any], number: int | None) -> int:
        """Append a part to a list that is kept, or keep it as the beginning of one."""
        if number is None:
            return self.put(part)
        self.kept[number].extend(part)
        return number

    def filled(self, args: list[Any], kept: dict[str, int]) -> list[Any]:
        """The arguments, with what is kept at the places of those that are."""
        return [self.kept[kept[str(place)]] if str(place) in kept else arg for place, arg in enumerate(args)]


def call(
    module: types.ModuleType, request: dict[str, Any], purity: Purity, shelf: Shelf | None = None
) -> dict[str, Any]:
    """Call one of the student's functions, or look at a value. Whatever happens is an answer.

    Every answer says what became of the arguments, so that student code cannot tell which calls are judged for that.
    Arguments kept on the shelf are not watched: checks pass none.
    """
    try:
        function = getattr(module, request["function"], None)
    except BaseException as error:  # a module may have a __getattr__ of its own
        return as_data(error, module.__file__ or "")
    if function is None:
        return _said("NoSuchFunction", "")
    if function is ...:
        return {**_said("Unanswered", ""), "kinds": ["Unanswered", "NotImplementedError"]}
    args = request["args"]
    if not (args or callable(function)):
        return {"value": function, "changed": [], "shared": ""}
    before = purity.before(args)
    try:
        full = shelf.filled(args, request.get("kept", {})) if shelf else args
        value = along(function, *full) if request.get("along") else function(*full)
        if shelf and request.get("keep"):
            value = shelf.put(value)
        changed, shared = purity.after(request["function"], args, before, value)
    except BaseException as error:
        return as_data(error, module.__file__ or "")
    return {"value": value, "changed": changed, "shared": shared}


def along(step: Callable[..., Any], x: Any, *args: Any) -> Any:
    """A call for each row of x: what one returns goes into the next, in place of as many arguments after x.

    Returns:
        What all calls returned, as an array with a row for each, or several if a call returns several.

    >>> along(lambda x, total, factor: total + factor * x, np.array([1.0, 2.0]), 0.0, 10.0)
    array([10., 30.])
    """
    rows = []
    for row in x:
        result = step(row, *args)
        parts = result if isinstance(result, tuple) else (result,)
        args = (*parts, *args[len(parts) :])
        rows.append(parts)
    stacked = tuple(np.stack(parts) for parts in zip(*rows, strict=True))
    return stacked if isinstance(result, tuple) else stacked[0]


def _said(error: str, text: str) -> dict[str, Any]:
    """An error of which no line of the student's says more."""
    return {"error": error, "kinds": [error], "text": text[:KEPT], "lines": []}


def as_data(error: BaseException, file: str) -> dict[str, Any]:
    """An exception as plain data: the student's own lines with the values they saw, and none of the course's."""
    own = [(f, line) for f, line in traceback.walk_tb(error.__traceback__) if f.f_code.co_filename == file]
    lines = _as_lines(own)
    if isinstance(error, SyntaxError) and error.filename == file:
        number = error.lineno
        lines = [(number if number and _is_number(number) else 0, "", _cut(str(error.text or "").strip()), [])]
    text = _text_of(error)
    if type(error) is NameError and own and _has(own[-1][0].f_locals.get("self"), error.name):
        text += f". Did you mean: 'self.{error.name}'?"  # as Python 3.12 prints below a traceback
    kinds = [_kind(kind, file) for kind in type(error).__mro__[:MAX_KINDS]]
    name = "MemoryError" if "MemoryError" in kinds else _cut(_name(type(error)))
    return {"error": name, "kinds": kinds, "text": text, "lines": lines}


def _text_of(error: BaseException) -> str:
    """The text of an exception, which may be one of the student's own that raises when it is put into words."""
    try:
        text = without_addresses(str(error.msg if isinstance(error, SyntaxError) else error)[:KEPT])
    except BaseException:
        text = ""
    return text.encode("utf-8", "replace").decode("utf-8")


def _name(kind: type) -> str:
    """The name of a class, whatever its metaclass says."""
    return str(type.__dict__["__name__"].__get__(kind))


def _has(thing: Any, name: str | None) -> bool:
    """True if there is something, and it has an attribute of this name."""
    try:
        return name is not None and thing is not None and hasattr(thing, name)
    except BaseException:  # it is an object of the student's
        return False


def _kind(kind: type, file: str) -> str:
    """The name of an exception's class; of one that the student's file defines, another than Python's of that name."""
    module = vars(kind).get("__module__", "")
    own = isinstance(module, str) and getattr(sys.modules.get(module), "__file__", None) == file
    return _cut(f"{_name(kind)} of {file}" if own else _name(kind))


def _is_number(line: Any) -> bool:
    """True if this can be a line's number; whoever raises or warns may say anything."""
    return type(line) is int and 0 <= line < 1 << 31


def _code(file: str, line: int) -> str:
    return _cut(linecache.getline(file, line).strip())


def _cut(text: str) -> str:
    return text[:MAX_LINE].encode("utf-8", "replace").decode("utf-8")


def _as_lines(own: Sequence[tuple[types.FrameType, int]]) -> list[Any]:
    """The outermost and the innermost lines of the student's file, with the values that each saw."""
    half = MAX_LINES // 2
    return [
        (
            line,
            "" if frame.f_code.co_name == "<module>" else _cut(frame.f_code.co_name),
            _code(frame.f_code.co_filename, line),
            _values_seen(frame, line),
        )
        for frame, line in (own if len(own) <= MAX_LINES else [*own[:half], *own[-half:]])
    ]


def _values_seen(frame: types.FrameType, line: int) -> list[tuple[str, str]]:
    """The variables of a function that are data, those of the line first; a module's are not worth showing."""
    if frame.f_code.co_name == "<module>":
        return []
    in_line = set(re.findall(r"\w+", linecache.getline(frame.f_code.co_filename, line)))
    data = [(name, value) for name, value in frame.f_locals.items() if _is_data(value)]
    seen = sorted(data, key=lambda item: item[0] not in in_line)[:MAX_VALUES]
    return [(_cut(name), glance(value)) for name, value in seen]


def _is_data(value: Any) -> bool:
    try:
        return not callable(value) and not isinstance(value, types.ModuleType)
    except BaseException:  # it is an object of the student's
        return True


def _holds_many(value: Any) -> bool:
    """True if a container holds so many things, at whatever depth, that to put them into words takes long."""
    count, left = 0, [value]
    while left and count <= MANY:
        some = left.pop()
        if isinstance(some, list | tuple | dict | set | frozenset):
            count += len(some)
            left.extend(itertools.islice(some.values() if isinstance(some, dict) else some, MANY))
    return count > MANY


def glance(value: Any) -> str:
    """A value in at most a line: arrays by shape and dtype, with their numbers when they are few."""
    try:
        if isinstance(value, np.ndarray):
            text = f"array {value.shape} {value.dtype}"
            numbers = np.array2string(value, precision=4, separator=", ").replace("\n", "") if value.size <= 6 else ""
            text = f"{text} {numbers}" if len(numbers) <= 50 else text
        elif _holds_many(value):
            text = f"{type(value).__name__} of length {len(value):,}"
        else:
            some = value[:MANY] if isinstance(value, bytes) else value
            text = shortened(some, GLANCE) if isinstance(some, str) else without_addresses(spelled(some))
    except BaseException as error:
        text = f"({_name(type(value))} whose repr raises {_name(type(error))})"
    text = cut_off(" ".join(text.split("\n")), GLANCE)
    return text.encode("utf-8", "replace").decode("utf-8")
