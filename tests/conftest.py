"""Settings for all tests: the same examples every time, however slow the machine.

Properties look at a few examples; with `-m exhaustive` each of them is run again and looks at many.
"""

import hypothesis
import pytest

QUICK, THOROUGH = 10, 40

hypothesis.settings.register_profile("quick", deadline=None, derandomize=True, database=None, max_examples=QUICK)
hypothesis.settings.register_profile("thorough", hypothesis.settings.get_profile("quick"), max_examples=THOROUGH)
hypothesis.settings.load_profile("quick")


def pytest_configure(config):
    if config.option.markexpr == "exhaustive":
        hypothesis.settings.load_profile("thorough")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    for item in items:
        if config.option.markexpr == "exhaustive" and hypothesis.is_hypothesis_test(getattr(item, "obj", None)):
            item.add_marker(pytest.mark.exhaustive)
