"""The expectations of a check, and the sentence that says how what came differs.

values      any value: it goes by the kind of the expected one; lists, dicts, any order, any of several
arrays      numbers, and arrays of them
words       strings; and what kind of value something is
calls       what a call gives beside its result: its parts, an exception, unchanged arguments
gradients   derivatives that a student writes by hand
statistics  random numbers
"""
