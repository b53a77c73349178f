"""Use up what grading needs: time, memory, processes, files, disk, text."""

from tests.attacks import MEAN, MEAN_MODULE, Attack


def inside(name: str, text: str, **more: object) -> Attack:
    return Attack(name, inside=f"{text}\nreturn None", falls=MEAN, **more)  # type: ignore


def reaching(name: str, text: str) -> Attack:
    """A call beyond the worker, before the right answer: it raises where it is refused."""
    head = "import fcntl, glob, os\nOWN = glob.glob(os.environ['HOME'] + '/lines/*.py')\n"
    return Attack(name, inside=f"{head}{text}", falls=MEAN)


ATTACKS = (
    inside("an endless loop", "while True: pass", says="endless loop", patience=0.05),
    Attack("an endless loop at import", "while True: pass", where="lines/mean.py", falls=MEAN_MODULE,
           says="did not finish importing",
           patience=0.05),
    inside("sleep", "import time; time.sleep(1000)", says="endless loop", patience=0.05),
    inside("a loop that swallows every signal and exception",
           "import signal\nfor n in range(1, 32):\n"
           "  try: signal.signal(n, signal.SIG_IGN)\n  except (OSError, ValueError): pass\n"
           "while True:\n  try:\n    while True: pass\n  except BaseException: pass",
           says="endless loop", patience=0.05),
    inside("a loop inside C that no exception reaches", "'a' * 2 in 'a'; sum(range(10**18))",
           says="endless loop", patience=0.05),
    inside("a lock that never opens",
           "import threading; l = threading.Lock(); l.acquire(); l.acquire()", says="endless loop", patience=0.05),
    inside("memory at once", "bytearray(10**10)", says="MemoryError"),
    inside("memory bit by bit", "a = []\nwhile True: a.append(bytearray(10**7))",
           says="MemoryError"),
    inside("memory of many processes",
           "import os, time\nfor _ in range(12):\n  if os.fork() == 0:\n"
           "    a = [b'x' * (4 << 20) for _ in range(90)]; time.sleep(1000)\ntime.sleep(1000)", patience=0.1),
    inside("shared memory", "import mmap, os\na = [mmap.mmap(-1, 50 << 20) for _ in range(100)]"),
    inside("threads", "import threading, time\n"
           "while True: threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()", patience=0.05),
    inside("a fork bomb", "import os\nwhile True:\n  try: os.fork()\n  except OSError: pass", patience=0.1),
    Attack("a fork bomb at import", "import os\nwhile True:\n  try: os.fork()\n"
           "  except OSError: pass", where="lines/mean.py", falls=MEAN_MODULE, patience=0.1),
    inside("open files", "a = []\nwhile True: a.append(open('/dev/null'))",
           says="Too many open files"),
    inside("many small files",
           "import os\nos.mkdir('many')\nfor i in range(4000): open(f'many/{i}', 'w').close()"),
    inside("folders in each other", "import os\nfor _ in range(1000): os.mkdir('d'); os.chdir('d')"),
    Attack("folders in each other, which its next test would meet",
           inside="import os\nos.chdir(os.environ['HOME'])\nif os.path.exists('d'): return None\n"
           "for _ in range(2100): os.mkdir('d'); os.chdir('d')"),
    inside("a large file", "open('large', 'wb').write(bytes(200 << 20))", says="File too large"),
    inside("large files without end",
           "i = 0\nwhile True:\n  i += 1\n  open(f'large{i}', 'wb').write(bytes(16 << 20))", patience=0.05),
    Attack("one large array, listed many times", inside="big = np.zeros(1 << 21, dtype=np.int8)\n"
           "return [[big] * 60]", falls=MEAN),
    Attack("an array of small numbers that are large in float64",
           inside="return np.zeros(16 << 20, dtype=np.int8)", falls=MEAN, says="too large"),
    inside("output", "while True: print('x' * 10**6)", says="print in a loop"),
    inside("output to the descriptor", "import os\nwhile True: os.write(2, b'x' * 10**6)",
           says="File too large"),
    inside("warnings", "import warnings\nwarnings.simplefilter('always')\n"
           "for i in range(3000): warnings.warn('w' * 9999)"),
    inside("an exception text of 100 MB", "raise ValueError('x' * 10**8)", says="ValueError"),
    inside("an exception whose text raises",
           "class E(Exception):\n  def __str__(self): raise self\n  __repr__ = __str__\nraise E",
           says="could not be made"),
    inside("an exception whose text never ends",
           "class E(Exception):\n  def __str__(self):\n    while True: pass\nraise E",
           says="endless loop", patience=0.05),
    inside("a long chain of exceptions",
           "e = None\nfor i in range(50000):\n  n = ValueError(i); n.__cause__ = e; e = n\nraise e"),
    inside("a name that is long", "globals()['x' * 10**7]", says="KeyError"),
    inside("locks on what is shared",
           "import fcntl\nfor d in range(3):\n  try: fcntl.flock(d, fcntl.LOCK_EX)\n"
           "  except OSError: pass", patience=0.05),
    reaching("leases on files that others open",
             "[fcntl.fcntl(open(f), fcntl.F_SETLEASE, fcntl.F_WRLCK) for f in OWN]"),
    reaching("locks that writers wait for", "[fcntl.lockf(f, fcntl.LOCK_SH) for f in map(open, OWN)]"),
    reaching("locks of the other kind", "[fcntl.flock(f, fcntl.LOCK_EX) for f in map(open, OWN)]"),
    reaching("large pipes", "[fcntl.fcntl(os.pipe()[0], 1031, 1 << 18) for _ in range(5)]"),
    reaching("memory in files without a name",
             "[os.write(os.memfd_create('x'), bytes(16 << 20)) for _ in range(12)]"),
    Attack("everything hangs",
           "import time\nclass Hang:\n  def __getattr__(self, n):\n    while True: time.sleep(1)\n"
           "__getattr__ = lambda n: Hang()",
           files={f"lines/{n}.py": "def __getattr__(n):\n    if not n.startswith('__'):\n"
                  "        while True: pass\n    raise AttributeError(n)\n"
                  for n in ("line", "mean")}, over="empty", falls="all", budget=10, patience=0.05),
)
