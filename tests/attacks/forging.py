"""Write the results, or what writes them, in place of earning them."""

from tests.attacks import MEAN, Attack

FORGE = """
import glob, json, os, sys
def forge():
    rows = [{"number": "1.1", "name": "All", "score": 100, "max_score": 100, "status": "passed"}]
    text = json.dumps({"score": 100, "output": "forged", "tests": rows})
    for path in [TREE + "/results/results.json", *glob.glob(TREE + "/results/.*")]:
        for write in (lambda: open(path, "w").write(text), lambda: swap(path, text)):
            try: write()
            except OSError: pass
def swap(path, text):
    open(MARK, "w").write(text)
    os.replace(MARK, path)
"""

LEFT_BEHIND = """
import os, time
def leave_behind(action):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            end = time.time() + 20
            while time.time() < end:
                try: action()
                except BaseException: pass
                time.sleep(0.05)
        os._exit(0)
    try: os.wait()
    except OSError: pass
"""

REPLACE = """
import os
for name in ("run_autograder", "source/tests/small/__init__.py", "source/autograder/__main__.py",
             "source/tests/small/checks/test_lines.py", "source/autograder/sandbox/inside/worker.py"):
    try:
        os.chmod(TREE + "/" + name, 0o777)
    except OSError: pass
    try:
        open(TREE + "/" + name, "w").write("print('forged')")
    except OSError: pass
"""

MOVE = """
import os
for what in ("results", "source", "submission_metadata.json", "run_autograder"):
    for action in (lambda p: os.chmod(p, 0o777), lambda p: os.rename(p, p + "-moved"), os.unlink,
                   lambda p: os.symlink("/dev/null", p)):
        try: action(TREE + "/" + what)
        except OSError: pass
"""

OWN_CODE = """
import os, sys
here = os.path.dirname(os.path.abspath(sys.modules["__main__"].__file__))
for name in os.listdir(here):
    for action in (lambda p: os.chmod(p, 0o777), lambda p: open(p, "w").write("raise SystemExit"),
                   os.unlink):
        try: action(os.path.join(here, name))
        except OSError: pass
"""

ATTACKS = (
    Attack("write results at import", FORGE + "forge()", over="empty", falls="all",
           open_without_root=True),
    Attack("write results in a method", inside=FORGE + "forge(); return None", falls=MEAN,
           open_without_root=True),
    Attack("write results at exit", FORGE + "import atexit; atexit.register(forge)",
           inside="import sys; sys.exit(0)", falls=MEAN, open_without_root=True),
    Attack("write results from a finalizer", FORGE + "import weakref, sys\n"
           "class Last:\n  def __del__(self): forge()\nsys.last = Last()", over="empty", falls="all",
           open_without_root=True),
    Attack("write results from a process left at import",
           FORGE + LEFT_BEHIND + "leave_behind(forge)", over="empty", falls="all", budget=5,
           open_without_root=True),
    Attack("write results from a process left by a method",
           inside=FORGE + LEFT_BEHIND + "leave_behind(forge); return None", falls=MEAN,
           open_without_root=True),
    Attack("write results from a thread",
           FORGE + "import threading\nthreading.Thread(target=lambda: [forge() for _ in "
           "range(100)], daemon=True).start()", over="empty", falls="all", open_without_root=True),
    Attack("replace the autograder's scripts", REPLACE, over="empty", falls="all",
           open_without_root=True),
    Attack("move the folders of the autograder", MOVE, over="empty", falls="all",
           open_without_root=True),
    Attack("replace the worker's own code", OWN_CODE,
           inside="import os; os.kill(os.getppid(), 9); return None", falls=MEAN),
    Attack("print what looks like results",
           inside="import json; print(json.dumps({'score': 100, 'tests': []})); return None",
           falls=MEAN),
    Attack("leave results where they could be looked for",
           "import os\nfor f in ('.', '..', os.environ['HOME'], '/tmp/' + os.path.basename(MARK)):\n"
           "  for n in ('results.json', '.report.json'):\n"
           "    try: open(f + '/' + n, 'w').write('{\"score\": 100}')\n"
           "    except OSError: pass", over="empty", falls="all"),
    Attack("change its own source for later workers",
           inside="import os\np = os.path.join(os.environ['HOME'], 'lines', 'mean.py')\n"
           "open(p, 'w').write('raise SystemExit')\nos.kill(os.getppid(), 9); return None",
           falls=MEAN),
)
