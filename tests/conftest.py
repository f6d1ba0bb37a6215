"""Settings for all tests: the same examples every time, however slow the machine.

Properties look at a few examples; with `-m exhaustive` each of them is run again and looks at many. So is a test marked
`twice`, which asks `thorough()` how much it should do.
"""

import hypothesis
import pytest

QUICK, THOROUGH = 5, 40

hypothesis.settings.register_profile("quick", deadline=None, derandomize=True, database=None, max_examples=QUICK)
hypothesis.settings.register_profile("thorough", hypothesis.settings.get_profile("quick"), max_examples=THOROUGH)
hypothesis.settings.load_profile("quick")


def thorough():
    """Whether this is the run with `-m exhaustive`."""
    return hypothesis.settings.default.max_examples == THOROUGH


def quick(count, cases):
    """These parameters, of which the first so many are for every run and the others for a thorough one."""
    rows = [case if isinstance(case, tuple) else (case,) for case in cases]
    return [*cases[:count], *(pytest.param(*row, marks=pytest.mark.exhaustive) for row in rows[count:])]


def pytest_configure(config):
    if config.option.markexpr == "exhaustive":
        hypothesis.settings.load_profile("thorough")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    if config.option.markexpr != "exhaustive":
        return
    for item in items:
        if item.get_closest_marker("twice") or hypothesis.is_hypothesis_test(getattr(item, "obj", None)):
            item.add_marker(pytest.mark.exhaustive)
