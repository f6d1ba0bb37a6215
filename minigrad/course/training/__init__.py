"""What the student's own functions do together: they are trained.

ending   what comes of all exercises of a course
"""
