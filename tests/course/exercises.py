"""Exercises of the course as tests need them."""

from dataclasses import replace


def without_predictions(exercise):
    """The exercise without its predictions, for tests of what becomes of a student's code."""
    exercise.notes.update(predictions=[], answers={})
    return exercise


def with_few_examples(exercise):
    """The exercise with checks of a few examples, for tests that look at something else than what is found."""
    exercise.checks[:] = [replace(check, examples=min(check.examples, 8)) for check in exercise.checks]
    return exercise
