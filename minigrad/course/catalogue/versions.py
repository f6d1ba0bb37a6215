"""Digests of what a verdict depends on: who has the same version, finds the same."""

from __future__ import annotations

import functools
import hashlib
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

import numpy as np

FOLDER = ".minigrad"  # of a course: what earlier runs found


def digest(parts: Iterable[bytes]) -> str:
    """A digest of the parts' digests: moving bytes from one part to the next changes it."""
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


@functools.cache
def grader() -> bytes:
    """A digest of the framework, the versions it runs with, and the system."""
    files = sorted(Path(__file__).parents[2].rglob("*.py"))
    versions = f"{sys.version} {np.__version__} {sysconfig.get_platform()}"  # platform.platform() starts a process
    return digest([versions.encode(), *(file.read_bytes() for file in files)]).encode()
