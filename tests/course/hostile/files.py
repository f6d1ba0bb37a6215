"""Hostile files, and how each must end.

Those that are `refused` attack while they are loaded and do their work all the same: they get what that is worth, which
is everything, if nothing came of the attack, and say so where something did.
"""

from dataclasses import dataclass
from textwrap import dedent, indent

from minigrad.course.results.status import Status

FAILED, ERROR, TIMEOUT, PASSED = Status.FAILED, Status.ERROR, Status.TIMEOUT, Status.PASSED

HONEST = "import numpy as np\ndef rnn_cell(x, h, W_xh, W_hh, b):\n    return np.tanh(x @ W_xh + h @ W_hh + b)\n"

BEGIN = """
import ctypes, errno, functools, mmap, os, signal, socket, subprocess, sys, threading, time
import numpy as np

def refused(attack, *args):
    try:
        got = attack(*args)
    except (OSError, RuntimeError):
        return
    raise AssertionError(f"this was not refused: {got!r}")

system = ctypes.CDLL(None, use_errno=True)

def forbidden(name, *args):
    if name in NUMBERS:
        got = system.syscall(NUMBERS[name], *args)
        got = ctypes.get_errno() if got < 0 else "it came back"
        assert got in (errno.EPERM, errno.ENOSYS), f"{name}: {got}"
"""

# Calls of the system that no student needs, with arguments with which some would succeed.
FORBIDDEN = """
fork() vfork() clone(17,0,0,0,0) clone(0x10000011,0,0,0,0) clone3(0,0) execve(0,0,0) execveat(-1,0,0,0,0x1000)
unshare(0x10000000) unshare(0) setns(0,0) mount(0,0,0,0,0) umount2(b'/cage',2) pivot_root(b'/cage',b'/cage')
chroot(b'/cage') open_tree(-100,b'/',1) move_mount(-1,b'',-1,b'',0) fsopen(b'tmpfs',0) mount_setattr(-100,b'/',0,0,0)
ptrace(0,0,0,0) ptrace(16,1,0,0) process_vm_readv(1,0,0,0,0,0) process_vm_writev(1,0,0,0,0,0) kcmp(1,2,0,0,0)
pidfd_open(1,0) pidfd_getfd(0,0,0) pidfd_send_signal(0,0,0,0) process_madvise(0,0,0,0,0) kill(-1,0) kill(0,0)
kill(1,0) kill(2,0) tkill(1,0) tgkill(2,2,0) rt_sigqueueinfo(2,0,0) rt_tgsigqueueinfo(2,2,0,0) prlimit64(1,0,0,0)
prlimit64(2,7,0,0) setpriority(0,0,0) sched_setaffinity(0,8,bytes(8)) sched_setscheduler(0,0,0) socket(1,1,0)
socket(2,1,0) socket(2,2,0) socket(16,3,0) socketpair(1,1,0,0) bind(0,0,0) connect(0,0,0) sendmsg(1,0,0) bpf(0,0,0)
perf_event_open(0,0,0,0,0) userfaultfd(0) io_uring_setup(1,0) keyctl(0,-3,0,0,0) seccomp(0,0,0)
add_key(b'user',b'a',b'b',1,-3) request_key(b'user',b'a',0,0) memfd_create(b'a',0) memfd_secret(0)
shmget(0,4096,0o1600) semget(0,1,0o1600) msgget(0,0o1600) mq_open(b'a',0o102,0o600,0) inotify_init1(0)
fanotify_init(0,0) eventfd2(0,0) epoll_create1(0) timerfd_create(0,0) signalfd4(-1,0,8,0) pipe2(0,0)
timer_create(0,0,0) open_by_handle_at(-100,0,0) name_to_handle_at(-100,b'/cage',0,0,0) mknodat(-100,b'fifo',0o10600,0)
fchownat(-100,b'/cage',0,0,0) setxattr(b'/cage',b'user.note',b'a',1,0) setuid(0) setgid(0) setresuid(0,0,0) setsid()
setpgid(0,0) capset(0,0) prctl(4,1,0,0,0) prctl(1,0,0,0,0) prctl(22,1,0,0,0) prctl(24,0,0,0,0) personality(0x40000)
sethostname(b'a',1) settimeofday(0,0) clock_settime(0,0) adjtimex(0) reboot(0,0,0,0) swapon(b'a',0) init_module(0,0,0)
kexec_load(0,0,0,0) syslog(3,0,0) acct(0) quotactl(0,0,0,0) iopl(3) ioperm(0,1,1) modify_ldt(0,0,0) vhangup()
mlock(0,4096) mlockall(4) ioctl(0,0x5412,b'a') ioctl(0,0x8901,0) fcntl(0,8,1) fcntl(0,10,9) fcntl(0,1031,1048576)
fcntl(0,1033,0) fcntl(0,1024,0) fcntl(0,5,0) fcntl(0,6,0) flock(0,1) flock(0,2) vmsplice(1,0,0,0) splice(0,0,1,0,1,0)
tee(0,1,1,0) sync() syncfs(0)
landlock_create_ruleset(0,0,1) lookup_dcookie(0,0,0) get_mempolicy(0,0,0,0,0) move_pages(1,0,0,0,0,0)
"""


@dataclass(frozen=True)
class Hostile:
    """A file, and how it must end.

    Attributes:
        ends: one of these must be the exercise's status; if it is PASSED, the file gets all points, and else none.
        caged: whether that is so only in a cage.
        quick: whether it is for every run of the tests.
    """

    name: str
    source: str
    ends: tuple[Status, ...]
    caged: bool = False
    quick: bool = False


def ends(name, source, *statuses, caged=False, quick=False):
    return Hostile(name, BEGIN + dedent(source), statuses, caged, quick)


def refused(name, attack, quick=False):
    return ends(name, f"{dedent(attack)}\n{HONEST}", PASSED, caged=True, quick=quick)


def harmless(name, attack):
    return ends(name, f"{dedent(attack)}\n{HONEST}", PASSED)


def call(body):
    """The exercise's function with another body."""
    return f"def rnn_cell(x, h, W_xh, W_hh, b):\n{indent(dedent(body).strip(), '    ')}\n"


def with_call(defines, body):
    """The same, below what it needs."""
    return f"{dedent(defines)}\n{call(body)}"


def _forbidden(written):
    name, _, args = written.removesuffix(")").partition("(")
    return f"forbidden({name!r}, {args})"


DEAF = """
for n in range(1, 65):
    try:
        signal.signal(n, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
"""

MACHINE_CODE = """
code = mmap.mmap(-1, 4096, prot=7)
code.write(bytes.fromhex("b802000000cd80c3"))  # of i386: fork
at = ctypes.addressof(ctypes.c_char.from_buffer(code))
return ctypes.CFUNCTYPE(ctypes.c_int)(at)()
"""

# This answers in place of the process: it has the request that is asked, and frames that are written by hand.
FORGED = """
import json, struct
def main_of(frame):
    while frame.f_code.co_name != "main": frame = frame.f_back
    return frame
def write(header):
    answers = main_of(sys._getframe()).f_locals["answers"]
    header = json.dumps(header).encode()
    answers.write(struct.pack("<I", len(header)) + header)
    answers.flush()
def answer(id, value):
    fields = {"id": id, "value": value, "changed": ["list"], "shared": "", "printed": "", "warnings": ["list"]}
    write(["dict", *fields.items()])
def asked():
    return main_of(sys._getframe()).f_locals["request"]["id"]
"""

WITHOUT_END = [
    ends("a loop at import", "while True: pass", TIMEOUT),
    ends("a loop in a call", call("while True: pass"), TIMEOUT),
    ends("deaf, then asleep", DEAF + call("time.sleep(1000)"), TIMEOUT),
    ends("a power of powers", call("return 10 ** 10 ** 9"), TIMEOUT),
    ends(
        "a deadline taken away",
        "import gc\n"
        + call("""
            for thing in gc.get_objects():
                if type(thing).__name__ == "Clock": thing.answering.acquire()
            while True: pass
        """),
        TIMEOUT,
    ),
    ends(
        "requests read away",
        call("""
            while True:
                for number in range(3, 10):
                    try:
                        os.set_blocking(number, False)
                        os.read(number, 1 << 16)
                    except OSError: pass
        """),
        TIMEOUT,
        ERROR,
    ),
    ends(
        "one byte a second",
        call("""
            while True:
                for number in range(3, 10):
                    try: os.write(number, b"x")
                    except OSError: pass
                time.sleep(1)
        """),
        TIMEOUT,
        ERROR,
    ),
    ends("a clock that stands", "time.monotonic = time.sleep = lambda *_: 0.0\n" + call("while True: pass"), TIMEOUT),
    ends(
        "memory asked for again and again",
        call("""
            kept = []
            while True:
                try: kept.append(bytearray(1 << 28))
                except MemoryError: pass
        """),
        TIMEOUT,
        ERROR,
    ),
    ends(
        "a fork bomb",
        """
            while True:
                try: os.fork()
                except OSError: pass
        """,
        TIMEOUT,
        caged=True,
    ),
    ends("a flood of prints", call("while True: print('x' * 1000)"), ERROR),
    ends("stopped by itself", call("os.kill(os.getpid(), signal.SIGSTOP)"), TIMEOUT),
    ends("a storm of alarms", f"signal.setitimer(signal.ITIMER_REAL, 1e-6, 1e-6)\n{HONEST}", ERROR, TIMEOUT),
    ends(
        "calls in calls in C",
        call("""
            f = int
            for _ in range(10**6): f = functools.partial(lambda g: g(), f)
            return f()
        """),
        ERROR,
        TIMEOUT,
    ),
    ends(
        "a repr without end",
        "class Looks:\n  def __repr__(self):\n    while True: pass\n" + call("return Looks()"),
        TIMEOUT,
    ),
    ends(
        "lists of the same lists", "many = [1]\nfor _ in range(12): many = [many] * 50\n" + call("return many"), TIMEOUT
    ),
    ends(
        "a finalizer without end",
        with_call(
            """
                class Object:
                    def __del__(self):
                        while True: pass
            """,
            "Object()\nreturn h",
        ),
        TIMEOUT,
    ),
    ends("a long line, and a loop", "a = 0; " * 100_000 + "\n" + call("while True: pass"), TIMEOUT),
    ends(
        "a late answer by hand",
        FORGED
        + call(r"""
            line = ["tuple", 3, "f\x1b[2J\n::error::", "=cmd()", ["list"]]
            write(["dict", ["late", True], ["id", asked()], ["printed", "::error::\x1b[2J"], ["lines", ["list", line]]])
            time.sleep(9)
        """),
        TIMEOUT,
    ),
]

CRASHES = [
    ends("_exit", call("os._exit(0)"), ERROR),
    ends("exit", call("sys.exit(0)"), ERROR),
    ends("Ctrl-C of its own", call("raise KeyboardInterrupt"), ERROR),
    ends("a null pointer", call("ctypes.string_at(0)"), ERROR, quick=True),
    ends("abort", call("os.abort()"), ERROR),
    ends("a signal to itself", call("os.kill(os.getpid(), signal.SIGKILL)"), ERROR),
    ends("an array of 8 TB", call("return np.ones(1 << 40)"), ERROR),
    ends(
        "a thread bomb",
        call("while True: threading.Thread(target=time.sleep, args=(1000,)).start()"),
        ERROR,
        caged=True,
    ),
    ends("a source of brackets", "(" * 200_000, ERROR),
    ends(
        "a file that shrinks under its map",
        call("""
            file = open("file", "w+b")
            file.truncate(1 << 20)
            mapped = mmap.mmap(file.fileno(), 0)
            file.truncate(0)
            return mapped[5000]
        """),
        ERROR,
    ),
    ends("all that is open closed", call("os.closerange(0, 1 << 10)"), ERROR),
    ends(
        "a file too large, and killed for it",
        call("""
            signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
            open("file", "wb").write(bytes(17 << 20))
        """),
        ERROR,
        caged=True,
    ),
    ends(
        "folders 20,000 deep",
        call("""
            while True:
                os.mkdir("d")
                os.chdir("d")
        """),
        ERROR,
        caged=True,
        quick=True,
    ),
    ends("a million files", call("for n in range(10**6): open(str(n), 'w')"), ERROR, caged=True),
    ends("a wild pointer of NumPy's", call("np.lib.stride_tricks.as_strided(h, (1 << 40,), (8,))[1 << 36] = 1"), ERROR),
    ends("calls of another architecture", call(MACHINE_CODE), ERROR, caged=True),
    ends("calls under the numbers of x32", call("return system.syscall(0x40000000 + 39)"), ERROR, FAILED, caged=True),
    ends(
        "an exception that has no words",
        with_call(
            """
                class Silent(Exception):
                    def __str__(self): raise KeyboardInterrupt
            """,
            "raise Silent",
        ),
        ERROR,
    ),
    ends(
        "an exception of no known class",
        with_call(
            """
                class Kind(type):
                    def __getattribute__(self, name): raise SystemExit(0)
                class Unknown(Exception, metaclass=Kind): pass
            """,
            "raise Unknown",
        ),
        ERROR,
    ),
    ends(
        "lines that are commands",
        with_call(
            r"""
                import linecache
                def g(q): raise ValueError("::error::\r\n=cmd()")
                code = g.__code__.replace(co_name="g\n::error::\x1b[2J", co_varnames=("=cmd()",))
                g = type(g)(code, {"ValueError": ValueError})
                linecache.cache[__file__] = (1, None, ["::error::\x1b[2J<script>\n"] * 2000, __file__)
            """,
            "return g(1)",
        ),
        ERROR,
    ),
    ends(
        "a function whose name is a verdict",
        call('raise ValueError("no")')
        + r"""
name = "\x1b[2J12 of 12 points\n::error::x\n##[error]x"
rnn_cell.__code__ = rnn_cell.__code__.replace(co_name=name)
""",
        ERROR,
    ),
    ends(
        "an object that says it is an array", "class Array:\n  __class__ = np.ndarray\n" + call("return Array()"), ERROR
    ),
    ends(
        "an array of memory that is not there",
        call("""
            class Place: __array_interface__ = {"shape": (9,), "typestr": "<f8", "data": (4096, False), "version": 3}
            return np.asarray(Place())
        """),
        ERROR,
    ),
    ends("an integer of 4,000 digits", FORGED + call("answer(asked(), ['list', 10**4000])\ntime.sleep(9)"), ERROR),
]

LOOKS_RIGHT = [
    ends("prints a score", "print('{\"score\": 100}')\n" + call("return h"), FAILED),
    ends("writes results", "open('results.json', 'w').write('{\"score\": 100}')\n" + call("return h"), FAILED),
    ends("answers before it is asked", r"os.write(4, b'\x02\0\0\0{}' * 100)" + "\n" + call("return h"), ERROR, FAILED),
    ends(
        "a frame of 4 GB",
        call(r"""
            for n in range(3, 20):
                try: os.write(n, b"\xff" * 4)
                except OSError: pass
        """),
        ERROR,
        FAILED,
    ),
    ends(
        "an array that equals everything",
        call("""
            class Equal(np.ndarray):
                def __eq__(self, other): return True
                def __sub__(self, other): return 0
            return h.view(Equal)
        """),
        FAILED,
    ),
    ends(
        "an object with a recipe",
        call("""
            class Object:
                def __reduce__(self): return os._exit, (0,)
            return np.array([Object()])
        """),
        FAILED,
    ),
    ends("NaN", call("return h * np.nan"), FAILED),
    ends(
        "right in the first calls",
        "calls = []\n" + call("calls.append(x)\nreturn np.tanh(x @ W_xh + h @ W_hh + b) if len(calls) < 4 else h"),
        FAILED,
    ),
    ends(
        "an answer of other types",
        "import json, struct\n"
        + call("""
            header = json.dumps(["dict", ["id", "x"], ["value", ["list"]], ["changed", 7], ["printed", []]]).encode()
            for number in range(3, 10):
                try: os.write(number, struct.pack("<I", len(header)) + header)
                except OSError: pass
        """),
        ERROR,
        FAILED,
    ),
    ends(
        "patched comparisons",
        "np.allclose = np.isclose = isinstance = lambda *a, **k: True\ntime.time = lambda: 0\n" + call("return h"),
        FAILED,
    ),
    ends(
        "forty thousand functions",
        "".join(f"def f{n}(): 0\n" for n in range(40_000)) + call("return h * np.nan"),
        FAILED,
    ),
    ends("very many lists", call("return [[[] for _ in range(60)] for _ in range(300)]"), FAILED, TIMEOUT),
    ends("four million empty rows", call("return np.zeros((1 << 22, 0))"), FAILED),
    ends(
        "half of a character",
        with_call("class Half:\n    def __repr__(self): return chr(0xD800)", "return Half()"),
        FAILED,
    ),
    ends("half of a character as a key", call(r"return {'\ud800': 1, ('\udfff', 2): '\ud800'}"), FAILED),
    ends("keys that are one to a table", call("return {n * (2**61 - 1): 0 for n in range(2000)}"), ERROR),
    ends(
        "answers to later questions",
        FORGED + "for id in range(2, 500): answer(id, ['float', '0x0p+0'])\n" + call("return 0.0"),
        ERROR,
        FAILED,
    ),
    ends(
        "a profiler that changes answers",
        with_call(
            """
                def profile(frame, event, arg):
                    for value in [*frame.f_locals.values()]:
                        if isinstance(value, dict) and "id" in value: value.update(status="passed", changed=[])
                sys.setprofile(profile)
            """,
            "return h",
        ),
        ERROR,
        FAILED,
    ),
    ends(
        "what its caller knows",
        call("""
            caller = sys._getframe(1).f_locals
            caller["purity"].__dict__.clear()
            return [value for value in caller.values() if isinstance(value, np.ndarray)]
        """),
        ERROR,
        FAILED,
    ),
    ends("numbers that change", "import random\n" + call("return h * random.random()"), FAILED),
]

REACHES_OUTSIDE = [
    refused(
        "reads the course",
        """
            for place in PLACES:
                for attack in (open, os.listdir, os.stat): refused(attack, place)
        """,
        quick=True,
    ),
    refused(
        "reads processes",
        "for place in ('/proc', '/proc/1/mem', '/proc/self/mem', '/sys'): refused(os.stat, place)",
    ),
    refused(
        "reads who is on this machine",
        """
            for place in ("/etc/passwd", "/etc/hostname"): refused(os.stat, place)
            ways = [*PLACES, np.__file__, os.__file__, os.path.realpath(sys.executable)]
            for top in filter(os.path.isdir, ("/home", "/root", "/var", "/run", "/tmp", "/usr/bin")):
                for name in os.listdir(top):
                    assert any(f"{way}/".startswith(f"{top}/{name}/") for way in ways), (top, name)
        """,
    ),
    refused(
        "looks into its surroundings",
        """
            assert not {*os.environ} & {"SECRET", "PYTHONPATH", "PATH", "USER"}, os.environ
            assert os.uname().nodename == "cage"
            assert os.getpid() < 1000
        """,
    ),
    refused(
        "spoils what it can see",
        """
            files = [np.__file__, os.__file__, sys.executable, "/etc/ld.so.cache"]
            for top in {*map(os.path.dirname, files), "/", "/usr/lib", "/dev"}:
                refused(open, os.path.join(top, "attack.pth"), "w")
                refused(os.mkdir, os.path.join(top, "attack"))
                refused(os.chmod, top, 0o777)
                refused(os.utime, top)
                refused(os.symlink, "/", os.path.join(top, "attack"))
            for file in files:
                refused(open, file, "r+")
                refused(os.truncate, file, 0)
                refused(os.unlink, file)
                refused(os.rename, file, "/cage/away")
                refused(os.link, file, "/cage/mine")
                refused(os.chmod, file, 0o777)
                refused(os.chown, file, 0, 0)
        """,
    ),
    refused(
        "packages that its exercise may not have",
        """
            import importlib
            sys.meta_path.pop(0)
            for name in ("minigrad.course.grading.grade", "minigrad.course.checks", "rich", "hypothesis", "pytest"):
                try: importlib.import_module(name)
                except ImportError: continue
                raise AssertionError(name)
        """,
    ),
    refused(
        "what it was given open",
        """
            import stat
            for number in range(1 << 10):
                try: mode = os.fstat(number).st_mode
                except OSError: continue
                assert stat.S_ISFIFO(mode) or stat.S_ISCHR(mode), (number, oct(mode))
                if stat.S_ISCHR(mode):
                    refused(os.utime, number, (0, 0))
                    refused(os.chmod, number, 0o666)
        """,
    ),
    refused(
        "lays packages where they are looked for",
        """
            import site
            for place in {*site.getsitepackages(), *sys.path, site.getusersitepackages()} - {"/cage"}:
                refused(open, os.path.join(place or "/", "sitecustomize.py"), "w")
        """,
    ),
    refused(
        "the network",
        """
            for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX): refused(socket.socket, family, kind)
            refused(socket.create_connection, ("127.0.0.1", 80))
            refused(socket.socketpair)
        """,
        quick=True,
    ),
    refused(
        "other programs",
        """
            refused(os.execv, sys.executable, ["python", "-c", ""])
            refused(subprocess.run, [sys.executable, "-c", ""])
            refused(os.posix_spawn, sys.executable, ["python"], {})
            refused(os.forkpty)
            assert os.system("true") != 0
        """,
        quick=True,
    ),
    refused("calls of the system", "\n".join(_forbidden(written) for written in FORBIDDEN.split()), quick=True),
    refused(
        "shared memory",
        """
            from multiprocessing import shared_memory
            refused(shared_memory.SharedMemory, "attack", True, 10)
            refused(os.stat, "/dev/shm")
        """,
    ),
    refused(
        "a sparse file of 1 TB",
        """
            file = open("sparse", "wb")
            refused(file.truncate, 1 << 40)
            refused(os.posix_fallocate, file.fileno(), 0, 1 << 40)
        """,
    ),
    refused(
        "more than there is room for",
        """
            def fill():
                for n in range(20): open(f"full{n}", "wb").write(bytes(1 << 20))
            refused(fill)
        """,
    ),
    refused(
        "many open files",
        """
            def hold(kept=[]):
                while True: kept.append(open("/dev/null"))
            refused(hold)
        """,
    ),
    refused(
        "more than its limits",
        """
            import resource
            for name in ("AS", "CPU", "FSIZE", "NOFILE", "NPROC", "CORE"):
                number = getattr(resource, f"RLIMIT_{name}")
                hard = resource.getrlimit(number)[1]
                try: resource.setrlimit(number, (hard + 1, hard + 1))
                except ValueError: continue
                raise AssertionError(name)
        """,
    ),
    refused(
        "signals to others",
        """
            for process in (-1, 0, 1, 2, 3, os.getppid(), -os.getpgrp()):
                for number in (0, signal.SIGKILL, signal.SIGSTOP, signal.SIGINT): refused(os.kill, process, number)
        """,
    ),
    refused(
        "grandchildren that outlive it",
        """
            import atexit
            atexit.register(os.fork)
            refused(os.fork)
            refused(threading.Thread(target=print).start)
        """,
    ),
    refused(
        "the terminal",
        """
            import fcntl, termios
            refused(open, "/dev/tty")
            refused(fcntl.ioctl, 0, termios.TIOCSTI, b"a")
        """,
    ),
    refused(
        "another user",
        """
            for number in (0, 1, 1000):
                refused(os.setuid, number)
                refused(os.setresgid, number, number, number)
            refused(os.setgroups, [])
        """,
    ),
    refused(
        "devices",
        """
            for name in ("mem", "kmsg", "fuse", "random", "ptmx", "kvm", "sda", "net"): refused(os.stat, f"/dev/{name}")
            for name in ("null", "zero", "urandom"):
                refused(os.utime, f"/dev/{name}", (0, 0))
                refused(os.chmod, f"/dev/{name}", 0o666)
                refused(os.unlink, f"/dev/{name}")
            refused(os.mknod, "device", 0o20666, os.makedev(1, 1))
            refused(os.mkfifo, "fifo")
        """,
    ),
    refused(
        "up and out",
        """
            refused(os.stat, "/../../../../root/.bashrc")
            os.chdir("/")
            for _ in range(100): os.chdir("..")
            assert not {"proc", "sys", "etc/passwd", "bin"} & {*os.listdir(".")}
            os.symlink("/proc/1/root", "/cage/link")
            refused(os.listdir, "/cage/link")
            os.chdir("/cage")
        """,
    ),
    refused(
        "secrets in its own memory",
        """
            import gc
            for thing in gc.get_objects():
                assert not (type(thing) is dict and {"salt", "max_points"} & {*map(str, thing)}), [*thing]
        """,
    ),
]

LEAVES_BEHIND = [
    harmless(
        "modules for those that come after",
        """
            for name in ("numpy", "sitecustomize", "usercustomize", "minigrad", "conftest", "secrets"):
                open(f"{name}.py", "w").write("raise SystemExit")
            open("attack.pth", "w").write("import os; os._exit(1)")
            os.mkdir("__pycache__")
        """,
    ),
    harmless(
        "folders that nobody may enter",
        """
            os.makedirs("a/b/c")
            open("a/b/c/f", "w")
            for folder in ("a/b/c", "a/b", "a", "."):
                try: os.chmod(folder, 0)
                except PermissionError: pass
        """,
    ),
    harmless("a limit of no open files", "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))"),
    harmless("thousands of warnings", "import warnings\nfor n in range(20_000): warnings.warn(str(n), RuntimeWarning)"),
    harmless("a place that is gone", "os.mkdir('gone'); os.chdir('gone'); os.rmdir('../gone')"),
    harmless("nine hundred names of a file", "open('a', 'w')\nfor n in range(900): os.link('a', f'link{n}')"),
    harmless(
        "links to elsewhere",
        """
            os.symlink("/", "root")
            os.symlink("loop", "loop")
            os.symlink(os.path.dirname(np.__file__), "numpy")
        """,
    ),
    harmless(
        "names that nobody can read",
        r"""
            for name in (b"\xff\xfe\n\x1b[2J", b"a" * 255, b"-rf"): open(name, "w")
        """,
    ),
    harmless(
        "a note for the next",
        """
            assert os.listdir(".") == [], os.listdir(".")
            open("note", "w").write("from one to another")
        """,
    ),
    harmless(
        "locks on what all can see",
        """
            import contextlib, fcntl
            file = open(np.__file__)
            with contextlib.suppress(PermissionError):  # in a cage
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        """,
    ),
    harmless(
        "commands to whoever reads", "print('::error::attack', '##vso[task.complete]', '\\x1b[2J', '=cmd()', sep='\\n')"
    ),
]

FILES = [*WITHOUT_END, *CRASHES, *LOOKS_RIGHT, *REACHES_OUTSIDE, *LEAVES_BEHIND]
