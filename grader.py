"""Grade the exercises: `python grader.py` for all, `python grader.py NAME` for one; `--help` lists the rest."""

import atexit
import gc
import os
import sys

# Students' code can write into this folder, and into the one where the command is typed. So modules are not looked for
# in either, but for minigrad itself.
ROOT = os.path.dirname(os.path.realpath(__file__))
try:
    HERE = os.path.realpath("")
except OSError:  # it has been removed, which main says
    HERE = ""
sys.path[:] = [place for place in sys.path if place and os.path.realpath(place) not in (ROOT, HERE)]

# Small matrices: a second thread of NumPy's only costs, and results must not depend on the number of cores.
for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ[threads] = "1"

import importlib.util  # noqa: E402


class FindMinigrad:
    """Finds minigrad beside this file, whatever else has its name, and nothing else."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        """As any finder does it."""
        file = os.path.join(ROOT, "minigrad", "__init__.py")
        if name == "minigrad" and os.path.isfile(file):
            return importlib.util.spec_from_file_location(name, file)
        return None


sys.meta_path.insert(0, FindMinigrad)


def find_doctor():
    """The file of doctor, in the minigrad that would be imported, which is not imported for it."""
    minigrad = importlib.util.find_spec("minigrad")
    file = os.path.join(os.path.dirname(minigrad.origin), "course", "doctor.py") if minigrad and minigrad.origin else ""
    return file if os.path.isfile(file) else None


def start():
    """Start the grader, or say in a sentence why it cannot start."""
    try:
        import runpy
        from pathlib import Path

        if sys.argv[1:] == ["doctor"] and sys.version_info >= (3, 8):  # before anything that may be missing
            doctor = find_doctor()
            if doctor:
                sys.exit(runpy.run_path(doctor)["main"](Path(ROOT)))
        if sys.version_info < (3, 11):
            sys.exit(f"grader.py needs Python 3.11 or newer; this is Python {sys.version.split()[0]}.")
        gc.disable()  # until all modules are loaded; nothing of them is garbage
        from minigrad.course.cli.early import start_early

        start_early(sys.argv[1:])
        from minigrad.course.cli.main import main
    except ImportError as error:
        own = os.path.isfile(os.path.join(ROOT, "pyproject.toml"))
        released = (
            "Run: python -m pip install minigrad-course (or, in place of that name, the wheel that you were given)"
        )
        install = "Run: python -m pip install -e ." if own else released
        more = "\nIf that does not help: python grader.py doctor" if find_doctor() else ""
        sys.exit(f"grader.py cannot start: {error}. {install}{more}")
    except KeyboardInterrupt:
        sys.exit(130)
    leave(main(sys.argv[1:], Path(ROOT)))


def leave(code):
    """End with this exit code. To take apart first all that was loaded would take a twentieth of a verdict."""
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        if stream:  # there is none without a console
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    start()
