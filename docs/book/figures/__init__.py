"""Figures of the book, which the project draws from its own solutions.

    chapter = with_figure(chapter, "unroll")

figure     what a figure is
drawing    a sheet with shapes and words, as SVG
plots      axes, and curves in them

Each other file is the figure of one exercise, and has its name. To add one, write its file and import it here.
"""

from figures import (
    attention,
    clipping,
    highway,
    jacobians,
    local_derivatives,
    lstm_cell,
    optimizers,
    sampling,
    self_attention,
    unroll,
)
from figures.figure import FIGURES, Figure, with_figure

__all__ = [
    "FIGURES",
    "Figure",
    "attention",
    "clipping",
    "highway",
    "jacobians",
    "local_derivatives",
    "lstm_cell",
    "optimizers",
    "sampling",
    "self_attention",
    "unroll",
    "with_figure",
]
