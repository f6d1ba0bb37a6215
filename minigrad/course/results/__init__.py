"""Results of a student's work, as plain data that crosses between processes, is kept, and becomes a report.

limits       how much is kept of what a student's code says
status       what can become of a check
outcomes     what came of one example: a wrong result, an exception, a process that ended
wording      an outcome in a sentence
plain_words  what Python and NumPy say, in plain words
spelled      a value as a student would type it, and several names in a sentence
charts       lines, bars, grids and words to be drawn
verdicts     the results of a check and of an exercise
learned      what came of a training
plain        results from plain data, checked
"""
