"""The command line: a module for each command, with its parser and what it does.

main       which command was asked for, and errors in a sentence
options    what several commands have: parsers, options, targets
terminal   signs that can be shown, and keys
"""
