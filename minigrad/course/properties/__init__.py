"""The checks under pytest: properties that hypothesis looks for exceptions to.

    property     a check as a test that pytest runs
    here         a student's file in this process, where a debugger can stop in it

tests/exercises/conftest.py has the hooks that pytest calls. The grader imports nothing of this, nor of pytest and
hypothesis.
"""
