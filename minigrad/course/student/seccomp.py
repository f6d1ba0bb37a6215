"""The system calls that a student process in a cage may make: what Python and NumPy need, and no other.

The judge makes a filter of it, by libseccomp; the student process lays it on itself before it reads the student's file.
Any other call fails with EPERM, as if the user had no right to it. The filter knows the process that it is for by
a number that stands for it until then: a process may send signals to itself and to no other.
"""

from __future__ import annotations

import ctypes
import errno
import functools
import os
import struct
import tempfile
from dataclasses import dataclass

LIBRARY = "libseccomp.so.2"

# Files: as far as they can be seen, and be written to.
_FILES = """
read pread64 readv preadv preadv2 write pwrite64 writev pwritev pwritev2 lseek _llseek sendfile copy_file_range
open openat creat close close_range dup dup2 dup3 fsync fdatasync fadvise64 fallocate truncate ftruncate
stat fstat lstat newfstatat statx access faccessat faccessat2 readlink readlinkat getdents getdents64 statfs fstatfs
getcwd chdir fchdir mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2 link linkat symlink symlinkat
chmod fchmod fchmodat umask utime utimes futimesat utimensat
getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr poll ppoll select pselect6 _newselect
"""
_MEMORY = "mmap mmap2 munmap mremap mprotect madvise brk msync"
_TIME = "clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday time times getitimer setitimer alarm pause"
_SIGNALS = """
rt_sigaction rt_sigprocmask rt_sigreturn sigreturn rt_sigpending rt_sigtimedwait rt_sigsuspend sigaltstack
restart_syscall
"""
_ITSELF = """
exit exit_group wait4 waitid getpid gettid getppid getpgrp getpgid getsid getuid geteuid getgid getegid getgroups
getresuid getresgid getrusage getrlimit setrlimit getpriority getcpu uname sysinfo getrandom
sched_yield sched_getaffinity sched_getparam sched_getscheduler futex futex_waitv set_robust_list rseq
"""
ALLOWED = f"{_FILES} {_MEMORY} {_TIME} {_SIGNALS} {_ITSELF}".split()

_THE_PROCESS = 0x5EC0A9ED  # stands for the number of the process

# Calls that are allowed with one of these values as that argument.
_WITH = {
    "kill": (0, [_THE_PROCESS]),
    "tgkill": (0, [_THE_PROCESS]),
    "prlimit64": (0, [0, _THE_PROCESS]),
    "prctl": (0, [15, 16]),  # PR_SET_NAME, PR_GET_NAME
    "fcntl": (1, [0, 1, 2, 3, 4, 1030]),  # descriptors and their flags; no locks, which are seen in other cages
    "fcntl64": (1, [0, 1, 2, 3, 4, 1030]),
    "ioctl": (1, [0x5401, 0x5413, 0x541B, 0x5450, 0x5451]),  # TCGETS TIOCGWINSZ FIONREAD FIONCLEX FIOCLEX
}

_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_EQUAL = 4  # SCMP_CMP_EQ
_BAD_ARCHITECTURE, _OPTIMIZE = 2, 8  # attributes of a filter

_INSTRUCTION = struct.Struct("HBBI")  # of the machine in the kernel that runs filters

_PR_SET_NO_NEW_PRIVS = 38
_SET_MODE_FILTER, _FOR_ALL_THREADS = 1, 1


class _Comparison(ctypes.Structure):  # struct scmp_arg_cmp
    _fields_ = [
        ("arg", ctypes.c_uint),
        ("op", ctypes.c_int),
        ("datum_a", ctypes.c_uint64),
        ("datum_b", ctypes.c_uint64),
    ]


@dataclass(frozen=True)
class Filter:
    """A filter for the kernel, and the number of the call that it is given with."""

    number: int
    program: bytes


@functools.cache
def make_filter() -> Filter:
    """The filter for this architecture.

    Raises:
        OSError: if libseccomp is not there, or cannot make it.
    """
    library = ctypes.CDLL(LIBRARY)
    library.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(_ERRNO | errno.EPERM)))
    try:
        _done(library.seccomp_attr_set(context, _BAD_ARCHITECTURE, ctypes.c_uint32(_KILL)))
        library.seccomp_attr_set(context, _OPTIMIZE, ctypes.c_uint32(2))  # before 2.5 there is none
        for name in ALLOWED:
            _rule(library, context, _ALLOW, name)
        for name, (argument, values) in _WITH.items():
            for value in values:
                _rule(library, context, _ALLOW, name, _Comparison(argument, _EQUAL, value))
        _rule(library, context, _ERRNO | errno.ENOSYS, "clone3")  # so that clone is asked for, and refused
        with tempfile.TemporaryFile() as file:
            _done(library.seccomp_export_bpf(context, file.fileno()))
            file.seek(0)
            return Filter(library.seccomp_syscall_resolve_name(b"seccomp"), file.read())
    finally:
        library.seccomp_release(context)


def _rule(library: ctypes.CDLL, context: ctypes.c_void_p, action: int, name: str, *compared: _Comparison) -> None:
    number = library.seccomp_syscall_resolve_name(name.encode())
    if number < 0:  # not on this architecture, or younger than the library: then it stays forbidden
        return
    comparisons = (_Comparison * len(compared))(*compared)
    _done(library.seccomp_rule_add_array(context, ctypes.c_uint32(action), number, len(compared), comparisons))


def _done(code: int) -> None:
    if code < 0:
        raise OSError(-code, f"{LIBRARY} cannot make a filter: {os.strerror(-code)}")


def confine(allowed: Filter) -> None:
    """Let this process, all its threads, make no other calls from now on.

    Raises:
        OSError: if the kernel does not take the filter.
    """
    me = os.getpid()
    instructions = [
        _INSTRUCTION.pack(code, true, false, me if value == _THE_PROCESS else value)
        for code, true, false, value in _INSTRUCTION.iter_unpack(allowed.program)
    ]
    held = ctypes.create_string_buffer(b"".join(instructions))
    about = struct.pack("HP", len(instructions), ctypes.addressof(held))  # struct sock_fprog
    system = ctypes.CDLL(None, use_errno=True)
    if system.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or system.syscall(
        ctypes.c_long(allowed.number), _SET_MODE_FILTER, _FOR_ALL_THREADS, about
    ):
        raise OSError(ctypes.get_errno(), "the kernel does not take the filter")
