"""Settings for all tests: the same examples every time, however slow the machine.

Properties look at a few examples; with `-m exhaustive` each of them is run again and looks at many. So is a test marked
`twice`, which asks `thorough()` how much it should do.
"""

import collections
import functools
import os
import shutil
import signal
import sys

import hypothesis
import pytest

from . import inspection
from .browser import MISSING, Browser

# Python keeps what it compiles, whatever the environment says: hundreds of processes are started, each of which would
# spend most of its start on compiling the grader.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# A shell lets what it runs in the background ignore Ctrl-C, and so would every process that a test starts.
signal.signal(signal.SIGINT, signal.default_int_handler)

QUICK, THOROUGH = 3, 25

hypothesis.settings.register_profile("quick", deadline=None, derandomize=True, database=None, max_examples=QUICK)
hypothesis.settings.register_profile("thorough", hypothesis.settings.get_profile("quick"), max_examples=THOROUGH)
hypothesis.settings.load_profile("quick")


def thorough():
    """True if this is the run with `-m exhaustive`."""
    return hypothesis.settings.default.max_examples == THOROUGH


def quick(count, cases):
    """These parameters, of which the first so many are for every run and the others for a thorough one."""
    rows = [case if isinstance(case, tuple) else (case,) for case in cases]
    return [pytest.param(*row, marks=[pytest.mark.exhaustive] * (i >= count)) for i, row in enumerate(rows)]


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


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """A browser for the tests of a file. Those of other files may end all processes that this one has started."""
    if MISSING:
        pytest.skip(f"no {' and no '.join(MISSING)} here: apt-get install chromium chromium-driver")
    browser = Browser(tmp_path_factory.mktemp("profile"))
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def inspect(browser):
    """`inspection.inspect` in this browser."""
    if not (scripts := inspection.scripts()):
        pytest.skip("AXE names no axe.min.js: npm install axe-core@4, and set AXE to the path of that file in it")
    browser.begin_with(scripts)
    return functools.partial(inspection.inspect, browser, [])


@pytest.fixture
def printed(browser):
    """`browser.printed`, where there is what reads PDFs."""
    if not shutil.which("pdftotext"):
        pytest.skip("no pdftotext here: apt-get install poppler-utils")
    return browser.printed


STARTS = {"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn"}
started = []  # since the last report
sys.addaudithook(lambda event, _: started.append(event) if event in STARTS else None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    report = yield
    report.processes = len(started)
    started.clear()
    return report


def pytest_terminal_summary(terminalreporter, config):
    """Say how many processes the tests have started, which is what tests of the course may take long for."""
    if config.getoption("target", None):
        return
    by_file = collections.Counter()
    for report in (report for reports in terminalreporter.stats.values() for report in reports):
        if count := getattr(report, "processes", 0):
            by_file[report.nodeid.partition("::")[0]] += count
    if by_file:
        most = ", ".join(f"{count} by {file}" for file, count in by_file.most_common(3))
        terminalreporter.write_line(f"{by_file.total()} processes were started, {most}")
