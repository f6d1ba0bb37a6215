"""The course kit: everything between a file that a student edits and a verdict they can trust.

Each folder answers one question; what each may import stands in tests/course/test_layers.py.

    results     what is said of a student's work
    student     the other side of the border: the process that runs what a student wrote
    checks      what an author writes checks with
    catalogue   which exercises there are, and what belongs to each
    diagnosis   from wrong numbers to the mistake that makes them
    grading     from a student's file to a verdict
    properties  the checks under pytest, and a student's file in a debugger
    editions    a course in a folder of a student's own
    notebooks   the exercises as notebooks
    reports     what people and programs are shown of results
    authors     a new exercise, the proof of its checks, the edition for students
    training    what the student's own functions do together
    cohort      what many students handed in, and their grades
    cli         the command line, a module for each command

Below them stand three modules, and one stands alone:

    usage       the error that is told to whoever typed a command
    files       written whole, and read with care
    signals     that tell the grader to stop, and one that ends what takes too long
    doctor      whether everything is there that the grader needs; it runs on Python 3.8

This module itself imports nothing of the kit, so that an exercise may start the grader without loading it.
"""

import subprocess
import sys
from pathlib import Path


def grade_this_file() -> None:
    """Grade the exercise file that is being run, in processes of their own, and exit with the grader's code."""
    main = sys.modules["__main__"]
    if hasattr(main, "get_ipython") or not hasattr(main, "__file__"):  # a notebook has cells, and none is the file
        print("To grade what you wrote, save this file and type in a terminal: python grader.py")
        return
    path = Path(main.__file__ or "").resolve()
    grader = path.parent.parent / "grader.py"
    if not grader.is_file():
        sys.exit(f"{path.name} is graded from its course: {grader} is not there.")
    command = [sys.executable, str(grader), path.stem, "--target", str(path.parent)]
    try:
        sys.exit(subprocess.run(command, check=False).returncode)
    except KeyboardInterrupt:
        sys.exit(130)
