"""From a student's file to a verdict.

reading      the source of a student's file
grade        the checks run on it, and what each of them found
ranges       the sizes for which a student is right or wrong
warned       the NumPy warnings that are worth telling
remembered   what was found in earlier runs
deep         further examples, for whoever has time
pool         many files side by side
rehearsal    a trusted file, graded without a process for it
workers      processes for work on what is trusted
"""
