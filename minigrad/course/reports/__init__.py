"""Reports of results, for people and for programs. Nothing here decides anything.

text      text from anywhere, made fit to be shown
failure   what there is to know about a failed check
fitted    parts of a report, made to fit into the lines that there are
charts    a chart in the terminal, or as PNG
screen    what the student sees
formats   a file for each other program
"""
