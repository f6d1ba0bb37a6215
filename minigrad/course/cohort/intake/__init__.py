"""From a folder of what was handed in to submissions.

take        who handed in what: a light first look at everything, and one submission after the other when it is graded
layouts     how each system lays out what it exports, and whose each part is
metadata    what a Gradescope export says of its submissions
roster      the students of a class, and who of them a submission is of
contents    which of the files of a submission is an exercise's
trees       what lies in a folder or in a zip, with no link followed and nothing unpacked
names       names from anywhere, fit to be shown, and names of files for them
"""
