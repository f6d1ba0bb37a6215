"""Trainings: the student's own functions work together and are trained.

An author writes a training as a function of the exercises that it needs (docs/authoring.md):

    def train(progress, rnn_cell, bptt):
        for step in progress.steps(300):
            h = rnn_cell.rnn_cell(x=x, h=h, W_xh=W_xh, W_hh=W_hh, b=b)
            ...
            progress.show(loss=loss)
        return Learned("What there is to see.", ...)

progress    how far it has come, and whether somebody wants it to end
checkpoint  where it stands, so that it can go on later
students    the student's functions as a training calls them
run         a training from the student's files to what was learned
weights     the numbers that a model learns, until students have written an optimiser
scoreboard  what was learned so far, as it is kept
cells       a student's RNN or LSTM, which the capstones use alike
postcards   what the trainings on postcards have in common
"""

from minigrad.course.results.charts import Bars, Chart, Grid, Words
from minigrad.course.results.learned import Goal, Learned, Row

__all__ = ["Bars", "Chart", "Goal", "Grid", "Learned", "Row", "Words"]
