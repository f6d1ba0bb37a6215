"""Puts the students' edition of the course into the sdist, from which the wheel is built. Hatchling calls this file.

    python -m build

makes both. A wheel that is built from a clone without an sdist, as by `pip install .`, has no exercises.
"""

import subprocess
import sys
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PLACE = "minigrad/course/edition.zip"


class Edition(BuildHookInterface):
    """The hook."""

    def initialize(self, version, build_data):
        """Make the edition, unless this is an sdist, which has it."""
        root = Path(self.root)
        if (root / PLACE).is_file():
            return
        made = root / "build" / "edition.zip"
        made.parent.mkdir(exist_ok=True)
        bundle = [sys.executable, root / "grader.py", "bundle", made, "--without-minigrad"]
        subprocess.run(bundle, cwd=root, check=True)
        build_data["force_include"][str(made)] = PLACE
