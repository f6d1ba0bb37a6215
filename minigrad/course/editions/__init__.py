"""A course in a folder of a student's own: laid out, and later brought up to date.

carried    the students' edition that came with minigrad
note       which edition a folder has, and which of its files are as they came
folder     a course laid out, and one brought up to date
"""
