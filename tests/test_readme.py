"""The README's examples do as it shows."""

from pathlib import Path

import numpy as np

from minigrad.course.catalogue.course import Course

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def test_the_framework_in_examples():
    names = {}
    for first_line in (
        "import numpy as np",
        "from minigrad import Tensor",
        "from minigrad import nn",
        "from minigrad.t",
    ):
        code = README[README.index(f"    {first_line}") :].split("\n\n" + next_paragraph(first_line))[0]
        exec("\n".join(line[4:] for line in code.split("\n")), names)
    arguments = [np.eye(3), np.ones((2, 3)), np.ones((2, 3)), np.eye(3), np.ones(3)]
    assert names["dW_hh"](*arguments).shape == (3, 3)
    assert names["W"].grad.shape == (3, 3)
    assert names["readout"].weight.grad.shape == (2, 8)


def next_paragraph(first_line):
    rest = README[README.index(f"    {first_line}") :]
    return next(p for p in rest.split("\n\n") if not p.startswith("    "))


def test_as_many_mistakes_and_variants_are_known_as_it_says():
    notes = [exercise.notes for exercise in Course(ROOT).exercises]
    mistakes, variants = (sum(len(one[kind]) for one in notes) for kind in ("mistakes", "variants"))
    text = " ".join(README.split())
    assert f"({mistakes:,} of them, 100 %)" in text
    assert f"every correct variant must pass ({variants})" in text
