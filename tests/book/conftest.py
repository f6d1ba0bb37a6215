"""The book's own code is no package that is installed: it is found where mkdocs finds it, beside its hooks."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "docs" / "book"))


@pytest.fixture(scope="session")
def books(tmp_path_factory):
    """Both editions of the book, made once: the folders of the full one and of the students'."""
    return [made(edition, tmp_path_factory.mktemp(edition)) for edition in ("mkdocs", "students")]


def made(edition, folder, address=""):
    """The folder of a book that is made for this address, or to be opened from the folder."""
    pytest.importorskip("material", reason="The book is made by the extra docs: pip install -e '.[docs]'")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"]
    command += ["-f", f"docs/{edition}.yml", "-d", folder]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1", "SITE_URL": address}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder
