"""The book's own code is no package that is installed: it is found where mkdocs finds it, beside its hooks."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "docs" / "book"))
