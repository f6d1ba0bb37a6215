"""`python -m minigrad.course` is the grader of the course in this folder."""

import sys
from pathlib import Path

from minigrad.course.cli.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Path.cwd()))
