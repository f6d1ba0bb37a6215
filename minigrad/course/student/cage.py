"""The confinement of student processes, as strict as this system allows.

    with confined(probe()):
        ...  # whatever student process is started here, and by judges forked from here, is confined so

A *cage* is a nursery inside bubblewrap: in namespaces of its own, without network, in which the interpreter, NumPy and
what answers calls can be seen and nothing else, and one small folder can be written to. Beyond that each student
process lays a filter on itself (`seccomp`).
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from minigrad.course.results.outcomes import Halt, StudentError
from minigrad.course.student.child import USUAL_IMPORTS
from minigrad.course.student.limits import CAGED_BYTES
from minigrad.course.student.process import START_SECONDS, StudentProcess
from minigrad.course.student.seccomp import LIBRARY, make_filter
from minigrad.course.student.start import FORKS, NOBODY, Cage, Nursery, caged_environment, nursery_command

BWRAP, LIMITS = "bwrap", "limits"
FOLDER = "/cage"  # in there: where the student process works; a course may lie below /tmp

_KIT = Path(__file__).parents[1]
_COURSE = _KIT.parents[1]
_PACKAGES = ("site-packages", "dist-packages")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom")
_LIBRARIES = ("/usr/lib", "/usr/lib32", "/usr/lib64", "/lib", "/lib32", "/lib64", "/etc/alternatives")


@dataclass(frozen=True)
class Confinement:
    """The way in which student processes are confined.

    Attributes:
        name: "bwrap", in a cage; or "limits", with the rights of whoever runs the grader, and with limits on memory and
            time of the processor.
        why: if it is no cage, why not, as a sentence.
    """

    name: str
    why: str = ""

    @property
    def strong(self) -> bool:
        """True if a stranger's code can be run in it."""
        return self.name == BWRAP


class NoCage(Exception):
    """The reason why there can be no cage here."""


def probe(hidden: Sequence[Path] = ()) -> Confinement:
    """The strictest confinement that was tried here and did hold.

    Args:
        hidden: folders of which nothing may be seen, wherever they lie; the one that minigrad lies in is hidden anyway.
    """
    try:
        cage = make_cage(hidden)
        with _in_cage(cage):
            _try()
    except NoCage as why:
        return Confinement(LIMITS, str(why))
    return Confinement(BWRAP)


@contextlib.contextmanager
def confined(confinement: Confinement, hidden: Sequence[Path] = ()) -> Iterator[None]:
    """Start student processes so for as long as the block runs, in this process and in those that are forked from it.

    Where they cannot be started so, they are not started otherwise: what would run in them is `infra`. There is one at
    a time: whoever wants several side by side has a process for each, with a block of its own.

    Args:
        hidden: as for probe.

    Raises:
        NoCage: if there is no cage on this system.
    """
    if not confinement.strong:
        yield
        return
    with _in_cage(make_cage(hidden)):
        yield


@contextlib.contextmanager
def _in_cage(cage: Cage) -> Iterator[None]:
    before = Nursery.cage
    Nursery.stop()
    Nursery.cage = cage
    try:
        with contextlib.suppress(OSError):
            Nursery.start()
        yield
    finally:
        Nursery.stop()
        Nursery.cage = before


def make_cage(hidden: Sequence[Path] = ()) -> Cage:
    """The cage for a nursery.

    Raises:
        NoCage: if this system lacks something that is needed for it.
    """
    if not FORKS:
        raise NoCage("A cage is made of Linux namespaces.")
    bwrap = shutil.which("bwrap")
    if not bwrap:
        raise NoCage("bwrap is not installed (apt install bubblewrap).")
    try:
        allowed = make_filter()
    except OSError as error:
        raise NoCage(f"{LIBRARY} is not there, or too old ({error}).") from None
    python = os.path.realpath(sys.executable)
    command = (bwrap, *_apart(bwrap), *_view(python, [_COURSE, *hidden]), "--chdir", FOLDER, "--")
    return Cage(command, python, FOLDER, allowed, caged_environment(FOLDER))


def _apart(bwrap: str) -> list[str]:
    """The options by which nothing is shared with the world outside: processes, network, rights.

    An ordinary user has namespaces only in a user namespace of their own, and stays who they are, whatever their number
    there is. Root needs none, and becomes nobody (`nursery_command`): root in a user namespace owns what is root's
    outside, such as the devices, and could take the right to use them from everybody.
    """
    apart = [f"--unshare-{what}" for what in ("ipc", "pid", "net", "uts", "cgroup-try")]
    apart += ["--hostname", "cage", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    if os.geteuid() == 0:
        return [*apart, "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    known = subprocess.run([bwrap, "--help"], capture_output=True, text=True, check=False).stdout
    nested = ["--disable-userns"] if "--disable-userns" in known else []
    return [*apart, "--unshare-user", *nested, "--uid", str(NOBODY), "--gid", str(NOBODY)]


def _view(python: str, hidden: Sequence[Path]) -> list[str]:
    """The options that say which files there are in a cage.

    Folders that hold more than is needed are covered by empty ones, in which what is needed appears again.
    """
    compiled = [os.path.dirname(place) for place in sys.path if os.path.basename(place) == "lib-dynload"]
    standard_library = {os.path.realpath(place) for place in (os.path.dirname(os.__file__), *compiled)}
    shown = [*_LIBRARIES, "/etc/ld.so.cache", *sorted(standard_library), python]
    view = _shown(shown)
    shown = [os.path.realpath(place) for place in shown]
    packages = [place for top in shown for place in _packages(top)]
    covered = [p for p in [*packages, *(os.path.realpath(h) for h in hidden)] if _below(p, shown) and os.path.isdir(p)]
    numpy = Path(np.__file__).parent
    numpy_libraries = numpy.with_name("numpy.libs")
    kit = str(_KIT)
    view += [word for place in dict.fromkeys(covered) for word in ("--tmpfs", place)]
    view += _shown([str(numpy), str(numpy_libraries), str(_KIT.parent)])
    view += ["--tmpfs", kit, *_shown([f"{kit}/results", f"{kit}/student"])]
    view += _shown([lib for lib in _loaded() if not _below(lib, [*shown, str(numpy), str(numpy_libraries)])])
    view += _way_to(_DEVICES[0])
    view += [word for device in _DEVICES for word in ("--dev-bind", device, device)]
    view += ["--perms", "1777", "--size", str(CAGED_BYTES), "--tmpfs", FOLDER]
    return view + [word for place in (kit, *dict.fromkeys(covered), "/") for word in ("--remount-ro", place)]


def _shown(places: Sequence[str]) -> list[str]:
    """Options that show these files and folders, as far as they exist, and cannot be written to."""
    options: list[str] = []
    for place in places:
        if os.path.islink(place) and os.path.isabs(place) and place in _LIBRARIES:
            options += ["--symlink", os.readlink(place), place]
        elif os.path.exists(place):
            options += [*_way_to(place), "--ro-bind", place, place]
    return options


def _way_to(place: str) -> list[str]:
    """Options for the folders above this place, which bwrap would otherwise make for their owner alone."""
    return [word for p in reversed(Path(place).parents[:-1]) for word in ("--perms", "0755", "--dir", str(p))]


def _packages(top: str) -> Iterator[str]:
    """The folders below this one in which packages are installed."""
    for name in _PACKAGES:
        yield from (str(place) for pattern in (name, f"python3*/{name}") for place in Path(top).glob(pattern))


def _below(place: str, tops: Sequence[str]) -> bool:
    return any(Path(place).is_relative_to(top) for top in tops)


def _loaded() -> list[str]:
    """The shared libraries that this process has loaded, Python's own among them, and no other packages'."""
    maps = Path("/proc/self/maps").read_text()
    found = set(re.findall(r" r-xp .* (/\S.*\.so(?:\.[\d.]+)?)$", maps, re.MULTILINE))
    return sorted(lib for lib in found if not {*_PACKAGES} & {*Path(lib).parts})


_TRIAL = """
import os, socket, sys
import minigrad

def reads(place): return open(place, 'rb').read(1)
def connects(): return socket.socket()
def forks(): return os.fork()
def executes(python): return os.execv(python, [python, '-c', ''])
def sees_processes(): return os.listdir('/proc')
def writes(place):
    with open(place, 'w') as file:
        file.write('1')
def works():
    writes('mine')
    return reads('mine') == b'1'
"""


def _try() -> None:
    """Let a student process try what may not be.

    Raises:
        NoCage: if something of it succeeds, or what must be possible is not.
    """
    forbidden = {
        "connects": [],
        "forks": [],
        "executes": [os.path.realpath(sys.executable)],
        "sees_processes": [],
        "reads": [str(_KIT / "cli" / "main.py")],
        "writes": [str(_KIT.parent / "trial.txt")],
    }
    with StudentProcess("trial", "trial.py", _TRIAL, (*USUAL_IMPORTS, "minigrad")) as process:
        try:
            works = process.call("works", []).value
        except (StudentError, Halt) as error:
            raise NoCage(_why_not(str(error))) from None
        if works is not True:
            raise NoCage("In a cage no file could be written and read.")
        for function, args in forbidden.items():
            with contextlib.suppress(StudentError):
                process.call(function, args)
                raise NoCage(f"No cage holds here: a process in it {function.replace('_', ' ')}.")


def _why_not(said: str) -> str:
    """The reason why the trial failed: the one that bwrap gives, if it makes no cage, or what was said of the trial."""
    assert Nursery.cage
    nobody, requests = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    nobody.close()  # so a nursery that comes up ends at once
    number = requests.fileno()
    with requests:
        try:
            done = subprocess.run(
                nursery_command(number, Nursery.cage),
                env=Nursery.cage.environment,
                pass_fds=[number],
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
                timeout=START_SECONDS,
            )
        except subprocess.TimeoutExpired:
            return f"In a cage Python and NumPy do not start within {START_SECONDS:g} s."
    if not done.returncode:
        return f"A cage is made here, but the trial in it failed: {said}"
    last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
    if not last.startswith("bwrap: "):
        return f"In a cage Python and NumPy do not start ({last})."
    if "namespace" in last or "uid map" in last:
        return f"This system forbids user namespaces ({last})."
    return f"bwrap makes no cage here ({last})."
