"""Figures of the book, which the project draws from its own solutions.

    from figures import FIGURES
    FIGURES["unroll"].html()     what stands in that chapter
    FIGURES["unroll"].after      the paragraph after which it stands

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
from figures.figure import FIGURES, Figure

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
]
