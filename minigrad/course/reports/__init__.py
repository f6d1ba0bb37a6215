"""Reports of results, for people and for programs. Nothing here decides anything.

text       text from anywhere, made fit to be shown
failure    what there is to know about a failed check
arguments  an argument of a call, in a few lines
fitted     parts of a report, made to fit into the lines that there are
charts     a chart in the terminal, or as PNG
screen     what the student sees
further    what a longer look than grading found
training   what trainings there are, and what was learned
formats    a file for each other program
"""
