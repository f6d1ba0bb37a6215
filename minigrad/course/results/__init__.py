"""Results of a student's work, as plain data that crosses between processes, is kept, and becomes a report.

limits     how much is kept of what a student's code says
status     what can become of a check
outcomes   what came of one example: a wrong result, an exception, a process that ended
wording    an outcome in a sentence
plain_words  what Python and NumPy say, in plain words
charts     lines to be drawn
verdicts   the results of a check and of an exercise
"""
