"""Limits on how much of what a student's code says is kept."""

KEPT = 2_000  # characters that one call printed, and of an exception's text
MAX_WARNINGS = 20  # of different lines or texts in one call
MAX_LINES = 6  # of the student's file that an exception went through, half of them the outermost
MAX_VALUES = 8  # that such a line saw
MAX_KINDS = 50  # classes that an exception derives from
MAX_LINE = 2000  # characters of any other text, such as a line of the student's
MAX_NAME = 60  # characters of a name that are shown, of a function or of an exception's class, say
