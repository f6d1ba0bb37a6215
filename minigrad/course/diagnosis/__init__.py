"""From wrong numbers to the mistake that makes them.

fingerprints    what an example came to, to be compared and stored
suspects        known mistakes, and what each comes to
substitutions   what may have become of an argument
lineup          all of these, made once
table           what they come to, computed once and looked up
probe           which of very many suspects, two mistakes at once among them, give the result of one call
values          what a call returned, part by part
relations       what can be said of numbers, beside the expected ones, when no suspect gives them
matrices        what can be said of a matrix where no number was expected
diagnostician   which suspect it was
"""
