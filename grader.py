"""Grade the exercises: `python grader.py` for all, `python grader.py NAME` for one; `--help` lists the rest."""

import sys
from pathlib import Path

if sys.version_info < (3, 11):
    sys.exit(f"grader.py needs Python 3.11 or newer; this is Python {sys.version.split()[0]}.")

try:
    from minigrad.course.cli import main
except ModuleNotFoundError as error:
    sys.exit(f"grader.py needs {error.name}, which is not installed here. Run: pip install -e .")
except KeyboardInterrupt:
    sys.exit(130)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Path(__file__).resolve().parent))
