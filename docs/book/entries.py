"""The entry of a name, as mkdocstrings shows it: an extension of griffe, which reads the source for it."""

from __future__ import annotations

import builtins
import functools
from typing import Any

import docstrings
import griffe
import reference


class Readable(griffe.Extension):
    """Makes Markdown of each docstring, and leaves out what says nothing: the type Any, and private bases."""

    def on_object(self, *, obj: Any, **others: Any) -> None:
        """Called with each module, class, function and attribute."""
        if obj.docstring is not None:
            obj.docstring.value = docstrings.markdown(
                obj.docstring.value, functools.partial(reference.link, reader=obj.path)
            )
        if isinstance(obj, griffe.Class):
            obj.bases = [
                base
                for base in obj.bases
                if hasattr(builtins, str(base)) or reference.link(f"`{base}`", obj.path) != f"`{base}`"
            ]
        if isinstance(obj, griffe.Function):
            obj.returns = None if str(obj.returns) in ("Any", "None") else obj.returns
            for parameter in obj.parameters:
                parameter.annotation = None if str(parameter.annotation) == "Any" else parameter.annotation
