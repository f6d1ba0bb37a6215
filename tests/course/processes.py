"""Which processes there are, by Linux's /proc."""

from pathlib import Path


def alive(pid):
    """Whether there is such a process, and it has not ended; one that nobody has waited for yet has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def children(pid):
    """The processes that this one has started and that have not ended."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return {child for task in tasks for child in (task / "children").read_text().split() if alive(child)}
