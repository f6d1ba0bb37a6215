"""The tools of authors and teachers: a new exercise, the proof of its checks, the edition for students.

new            an exercise laid out
check_course   do the checks say what they should?
bundle         the edition that students get
autograder     what a platform grades submissions with by itself
course_map     the map of a course, made from its notes
tables         what every mistake of an exercise comes to
work           work on several exercises, side by side
templates/     the files that are laid out and bundled, as they are
"""

from pathlib import Path

TEMPLATES = Path(__file__).parent / "templates"
