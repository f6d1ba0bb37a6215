"""The exercises as notebooks.

made       a notebook of an exercise's file
cells      what an exercise asks for, of all the cells that were run
graded     the last cell, which grades them
"""
