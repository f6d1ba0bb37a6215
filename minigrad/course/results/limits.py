"""How much of what a student's code says is kept."""

KEPT = 2_000  # characters that one call printed
MAX_WARNINGS = 20  # of different lines or texts in one call
