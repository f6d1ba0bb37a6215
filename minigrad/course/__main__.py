"""`python -m minigrad.course`: what can be done without a grader.py, such as laying out a course."""

import os
import sys
from pathlib import Path

if __name__ == "__main__":
    try:
        here = os.path.realpath("")
    except OSError:  # it has been removed, which main says
        here = ""
    if not Path(__file__).is_relative_to(here):  # minigrad is installed; nothing else in this folder is for the grader
        sys.path[:] = [place for place in sys.path if place and os.path.realpath(place) != here]

    from minigrad.course.cli.main import main

    sys.exit(main(sys.argv[1:], Path(here), grader=False))
