"""Grade the exercises: `python grader.py` for all, `python grader.py NAME` for one; `--help` lists the rest."""

import sys
from pathlib import Path

try:
    from minigrad.course.cli.main import main
except ModuleNotFoundError as error:
    sys.exit(f"grader.py needs {error.name}, which is not installed. In a clone of minigrad, run: pip install -e .")

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Path(__file__).resolve().parent))
