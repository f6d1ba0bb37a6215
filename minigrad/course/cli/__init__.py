"""The command line: a module for each command, with its parser and what it does.

early      the commands, and what is started for those that grade before all else is loaded
main       which command was asked for, and errors in a sentence
options    their parsers, and the options that several have
targets    which exercises and files are meant, and whether anything is there
terminal   signs that can be shown, and keys
ahead      what is imported before a student's code runs
grade      grading, which needs no command
deep       further examples after grading
"""
