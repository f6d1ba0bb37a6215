"""From wrong numbers to the mistake that makes them.

fingerprints    what an example came to, to be compared and stored
suspects        known mistakes, and what each comes to
substitutions   what may have become of an argument
slips           what anybody may do wrong in one place of any code
lineup          all of these, made once
table           what they come to, computed once and looked up
evidence        what a check drew of the student, and what a suspect comes to beside it
probe           which of very many suspects, two mistakes at once among them, give the result of one call
apart           which two of them can have done something together, by calls in which one of them does nothing
mixed           a known mistake together with a changed argument
values          what a call returned, part by part
relations       what can be said of numbers, beside the expected ones, when no suspect gives them
transformed     what was done to the right numbers
sensitivity     what moves a result, and what does not: the student's function is asked again
sizes           for which sizes alone it is right, where a number stands in the code; for which arrays it raises
forms           a result in another form, or several in another order
missing         which results are there, where another number of them came
matrices        what can be said of a matrix where no number was expected
repairs         the place in the student's file where one small change makes everything right
diagnostician   which suspect it was
"""
