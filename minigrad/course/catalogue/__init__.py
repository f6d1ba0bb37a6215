"""The exercises that there are, and what belongs to each.

skeleton     an exercise made from its solution
patches      known mistakes and correct variants, as changes of the solution
notes        the form of an exercise's notes
predictions  answers that are typed into a file before its code is written
trainings    what trains with what was written in several exercises
versions     what a verdict depends on, in a digest
trusted      importing files of the course itself
course       the exercises and their files
own          the student's part of a file, told apart from what came with it
"""
