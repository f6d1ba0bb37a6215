"""A cohort: what many students handed in becomes grades that can be trusted.

`intake` finds out who handed in what, `submissions` says what that is; the files are graded by processes of their own,
and what they come to is kept in a store; `gradebook` says what a teacher gets to see of it, and `outputs` writes that.
"""
