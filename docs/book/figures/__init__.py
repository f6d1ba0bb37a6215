"""Figures of the book, which the project draws from its own solutions.

    chapter = with_figure(chapter, "unroll")

figure     what a figure is
drawing    a sheet with shapes and words, as SVG
plots      axes, and curves in them

Each other file is the figure of one exercise, and has its name. To add one, write its file.
"""

from importlib import import_module
from pathlib import Path

from figures.figure import FIGURES, with_figure

for file in sorted(Path(__file__).parent.glob("[a-z]*.py")):
    import_module(f"figures.{file.stem}")

__all__ = ["FIGURES", "with_figure"]
