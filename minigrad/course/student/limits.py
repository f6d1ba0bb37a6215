"""Limits on memory and on processor time. A student process asks for them itself, when it starts."""

from __future__ import annotations

import os
import sys
import threading
import time

if sys.platform != "win32":
    import resource  # here, since a judge imports nothing once it has begun

MEMORY_BYTES = 2 << 30
MAX_CPU_SECONDS = 120  # if nobody else ends it
LAST_CPU_SECONDS = 5  # that a process has left which is deaf to the signal that says so
MAX_PRINTED = 1_000_000  # characters in one call: so many are an endless loop
LATE_SECONDS = 0.5  # after its time is up a process may say where it is
CAGED_BYTES = 16 << 20  # that a process in a cage may write, in one file and in all
CAGED_ENTRIES = 1_000  # files and folders that it may have there
CAGED_FILES = 64  # that it may hold open
PRINTED_AT_ONCE = 25  # characters that a print counts for when it is not put into words any more
OUT_OF_MEMORY, NO_JUDGE, TOO_MANY_FILES = 86, 87, 88  # the exit codes that tell why a process ended

# For the environment of a process in which NumPy calculates with one thread. Small matrices: a second one only costs,
# and results must not depend on the number of cores.
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)


def limit_resources(limit: int) -> None:
    """Let an allocation beyond `limit` bytes fail, or where the system cannot, end this process."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, 9)  # PR_SET_PDEATHSIG, SIGKILL: end with the judge even inside a long C call
        limit_memory(limit)
    else:
        threading.Thread(target=_end_above, args=(limit,), daemon=True).start()


def limit_memory(limit: int) -> None:
    """On Linux: let an allocation beyond `limit` bytes fail."""
    _limit("AS", limit)


def limit_cpu(seconds: int) -> None:
    """On POSIX: end this process after so many seconds of the processor, by SIGXCPU, and soon after that by SIGKILL."""
    if sys.platform != "win32":
        _limit("CPU", seconds + LAST_CPU_SECONDS, LAST_CPU_SECONDS)


def _limit(name: str, limit: int, sooner: int = 0) -> None:
    """Set the hard limit of this name, as far as the present one allows, and the soft one by so much below it."""
    which = getattr(resource, f"RLIMIT_{name}")
    hard = resource.getrlimit(which)[1]
    limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(which, (max(min(limit, 1), limit - sooner), limit))


def limit_files() -> None:
    """In a cage: limit what is written and held open, too, and let there be no core dumps and no further processes."""
    limits = {"FSIZE": CAGED_BYTES, "NOFILE": CAGED_FILES, "CORE": 0, "NPROC": 0}  # of processes root has no limit
    for name, limit in limits.items():
        _limit(name, limit)


def _end_above(limit: int) -> None:
    while memory_used() <= limit:
        time.sleep(0.02)
    os._exit(OUT_OF_MEMORY)


def memory_used() -> int:
    """The most memory that this process has held so far, in bytes."""
    if sys.platform == "win32":
        import ctypes
        from ctypes import wintypes

        class Counters(ctypes.Structure):  # PROCESS_MEMORY_COUNTERS of the Windows API
            _fields_ = [
                ("cb", wintypes.DWORD),
                ("PageFaultCount", wintypes.DWORD),
                ("PeakWorkingSetSize", ctypes.c_size_t),
                ("WorkingSetSize", ctypes.c_size_t),
                ("QuotaPeakPagedPoolUsage", ctypes.c_size_t),
                ("QuotaPagedPoolUsage", ctypes.c_size_t),
                ("QuotaPeakNonPagedPoolUsage", ctypes.c_size_t),
                ("QuotaNonPagedPoolUsage", ctypes.c_size_t),
                ("PagefileUsage", ctypes.c_size_t),
                ("PeakPagefileUsage", ctypes.c_size_t),
            ]

        counters = Counters(cb=ctypes.sizeof(Counters))
        kernel = ctypes.WinDLL("kernel32")
        kernel.GetCurrentProcess.restype = wintypes.HANDLE
        kernel.K32GetProcessMemoryInfo.argtypes = [wintypes.HANDLE, ctypes.POINTER(Counters), wintypes.DWORD]
        kernel.K32GetProcessMemoryInfo(kernel.GetCurrentProcess(), ctypes.byref(counters), counters.cb)
        return int(counters.PeakWorkingSetSize)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
