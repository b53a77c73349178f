"""End the process, its neighbours or what it talks through, at the right moment."""

from tests.attacks import MEAN, MEAN_MODULE, Attack

ESCAPED = """
import ctypes, os
ctypes.CDLL(None).prctl(36, 0, 0, 0, 0)
if os.fork() == 0:
    os.setsid()
    if os.fork(): os._exit(0)
"""


def inside(name: str, text: str, **more: object) -> Attack:
    return Attack(name, inside=f"{text}\nreturn None", falls=MEAN, **more)  # type: ignore


ATTACKS = (
    inside("sys.exit(0)", "import sys; sys.exit(0)", says="SystemExit"),
    inside("os._exit(0)", "import os; os._exit(0)", says="ended in the middle"),
    inside("abort", "import os; os.abort()", says="ended in the middle"),
    inside("SIGKILL to itself", "import os; os.kill(os.getpid(), 9)"),
    inside("SIGKILL to its parent", "import os; os.kill(os.getppid(), 9)"),
    inside("SIGSTOP to its parent", "import os; os.kill(os.getppid(), 19)", patience=0.05),
    inside("SIGKILL to its group", "import os; os.killpg(0, 9)"),
    inside("SIGKILL to everybody it may", "import os; os.kill(-1, 9)", open_without_root=True),
    inside("every signal to the grader",
           "import os, glob\nfor n in (9, 15, 2, 14, 19, 1):\n"
           "  for p in glob.glob('/proc/[0-9]*'):\n"
           "    try:\n      if b'grader' in open(p + '/cmdline', 'rb').read(): "
           "os.kill(int(p[6:]), n)\n    except OSError: pass", open_without_root=True),
    inside("exec", "import os; os.execv('/bin/true', ['true'])", says="ended in the middle"),
    inside("close every descriptor", "import os; os.closerange(0, 4096)"),
    inside("flood every descriptor",
           "import os\nfor d in range(64):\n  for _ in range(64):\n"
           "    try: os.write(d, b'\\0\\0\\x40\\0' + b'x' * 16384)\n    except OSError: break"),
    inside("a BaseException of its own", "raise type('Ours', (BaseException,), {})('mine')",
           says="Ours: mine"),
    inside("KeyboardInterrupt", "raise KeyboardInterrupt", says="KeyboardInterrupt"),
    inside("pytest's own exceptions by name",
           "raise type('Skipped', (BaseException,), {'__module__': '_pytest.outcomes'})('skip')"),
    inside("the autograder's own exceptions by name",
           "raise type('Inconclusive', (Exception,), {'__module__': 'autograder.truth.comparison'})('x')"),
    inside("a stack overflow", "i = iter(())\nfor _ in range(10**6): i = map(bool, i)\nnext(i)",
           says="ended in the middle"),
    inside("a null pointer", "import ctypes; ctypes.string_at(0)", says="ended in the middle"),
    Attack("os._exit at import", "import os; os._exit(0)", where="lines/mean.py",
           falls=MEAN_MODULE),
    Attack("SystemExit at import", "raise SystemExit(0)", where="lines/mean.py",
           falls=MEAN_MODULE),
    Attack("close every descriptor at import", "import os; os.closerange(3, 4096)",
           where="lines/mean.py", falls=MEAN_MODULE),
    Attack("the fork server leaves and its child serves on",
           "import os\nif os.fork(): os._exit(0)", over="empty", falls="all"),
    Attack("O_DIRECT on the shared output",
           "import fcntl, os\nprint('x', flush=True)\n"
           "for d in (1, 2): fcntl.fcntl(d, fcntl.F_SETFL, os.O_DIRECT | os.O_APPEND | "
           "os.O_NONBLOCK)"),
)
