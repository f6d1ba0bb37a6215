"""The memory that a computation takes at its peak."""

import ctypes
import gc
import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path


def peak_memory(make, *args):
    """The MB by which the resident memory of a new process rises while a function that `make(*args)` made runs.

    It has run once before, so that libraries are loaded, and what was freed then has been given back to the system.
    None where that can't be done, which is anywhere but on Linux with glibc.
    """
    if sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "malloc_trim"):
        return None
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return process.submit(_rise, make, args).result()


def _rise(make, args):
    run = make(*args)
    run()
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak is now what is resident now
    before = _peak()
    run()
    return (_peak() - before) / 1024


def _peak():
    """The peak of resident memory, in KB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
