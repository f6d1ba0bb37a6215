"""The course kit: everything between a file that a student edits and a verdict they can trust.

    skeleton    an exercise made from its solution
    frames      how arrays cross from one process to the other
    student     the process that runs what a student wrote
    catalogue   which exercises there are, and their files
    files       files that are written whole
    process     the judge's end of it: deadlines, crashes, memory
    checks      what a check is made of
    wording     what came of a call, in a sentence
    suspects    the known mistakes, and what each comes to
    diagnosis   from wrong numbers to the mistake that makes them
    pictures    what a student's function does, as a chart
    results     what the checks found: points, statuses, JSON
    grading     running the checks
    cache       what is remembered of earlier runs
    terminal    signs, signals and keys
    batch       grading many files side by side
    drawing     a chart in the terminal, or as PNG
    failure     what there is to know about a failed check
    ending      what comes of all exercises together
    screen      what the student sees
    watch       a verdict on each save
    formats     results for other programs
    gate        check-course: the course's checks of itself
    authoring   a new exercise; the students' edition
    commands    what each command does
    cli         which command was asked for
    doctor      what is wrong with this computer, and what to do about it

At run time each imports only from those above it. This module itself imports nothing of it, so that an exercise may
start the grader without loading it.
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
