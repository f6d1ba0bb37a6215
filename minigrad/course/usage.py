"""The error that is told to whoever typed a command."""


class UsageError(Exception):
    """The command can't be carried out as it was typed; the text says what to type instead."""
