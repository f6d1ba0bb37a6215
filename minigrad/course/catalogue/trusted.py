"""Files of the course itself: importing one, and saying what is wrong with it."""

from __future__ import annotations

import importlib.util
import traceback
from pathlib import Path
from types import ModuleType

from minigrad.course.usage import UsageError


def load_trusted(path: Path) -> ModuleType:
    """Import a file of the course itself, by its path.

    Raises:
        UsageError: if it raises; the text says where.
    """
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except OSError:
        raise
    except Exception as error:
        raise UsageError(where_raised(error, path)) from error
    return module


def where_raised(error: Exception, path: Path) -> str:
    """An error of a file of the course in one sentence, with the file and its line."""
    if isinstance(error, SyntaxError):
        return f"{error.filename}, line {error.lineno}: SyntaxError: {error.msg}."
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    where = f"{path}, line {lines[-1]}" if lines else str(path)
    return f"{where}: {type(error).__name__}: {str(error).rstrip('.')}."
