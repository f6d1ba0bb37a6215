"""Run the benchmarks that are named, such as engine and memory, or all: `python -m benchmarks [engine memory]`.

Only cohort takes options: `python -m benchmarks cohort --help`.
"""

import functools
import itertools
import sys

from benchmarks import cage, character_model, cohort, engine, grader, postcards, recurrent, remembering

BENCHMARKS = {
    "engine": engine.main,
    "recurrent": recurrent.main,
    "characters": character_model.main,
    "postcards": postcards.main,
    "memory": remembering.main,
    "grader": grader.main,
    "cage": cage.main,
    "cohort": cohort.main,
}

if __name__ == "__main__":
    names = list(itertools.takewhile(lambda word: word[0] != "-", sys.argv[1:]))
    options = sys.argv[1 + len(names) :]
    if options and names != ["cohort"]:
        sys.exit("only cohort takes options: python -m benchmarks cohort --help")
    names = names or list(BENCHMARKS)
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        sys.exit(f"no benchmark is called {unknown[0]!r}; there are: {', '.join(BENCHMARKS)}")
    BENCHMARKS["cohort"] = functools.partial(cohort.main, options)
    for name in names:
        BENCHMARKS[name]()
