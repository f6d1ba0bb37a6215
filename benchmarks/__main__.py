"""Run the benchmarks that are named, such as engine and memory, or all: `python -m benchmarks [engine memory]`."""

import sys

from benchmarks import alike, cage, character_model, engine, grader, postcards, recurrent, remembering

BENCHMARKS = {
    "engine": engine.main,
    "recurrent": recurrent.main,
    "characters": character_model.main,
    "postcards": postcards.main,
    "memory": remembering.main,
    "grader": grader.main,
    "alike": alike.main,
    "cage": cage.main,
}

if __name__ == "__main__":
    names = sys.argv[1:] or list(BENCHMARKS)
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        sys.exit(f"no benchmark is called {unknown[0]!r}; there are: {', '.join(BENCHMARKS)}")
    for name in names:
        BENCHMARKS[name]()
