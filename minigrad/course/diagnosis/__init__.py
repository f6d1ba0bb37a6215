"""From wrong numbers to the mistake that makes them.

fingerprints    what an example came to, to be compared and stored
suspects        known mistakes, and what each comes to
relations       what can be said of numbers when no known mistake gives them
diagnostician   which suspect it was
"""
