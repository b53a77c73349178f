"""Read what is secret, and carry it out: by text that the student sees, or over the network."""

from tests.attacks import MEAN, MEAN_MODULE, Attack

LOOT = """
import glob, os
def loot():
    found = [repr(dict(os.environ))]
    for pattern in ("source/autograder/*.txt", "source/autograder/*.py", "results/*", "results/.*",
                    "submission_metadata.json", "source/tests/small/checks/*.py", "other/*/*"):
        for path in glob.glob(TREE + "/" + pattern):
            try: found.append(open(path, errors="replace").read()[-300:])
            except OSError: pass
    for path in glob.glob("/proc/[0-9]*/environ") + glob.glob("/proc/[0-9]*/cmdline"):
        try: found.append(open(path, errors="replace").read())
        except OSError: pass
    return " ".join(text for text in found if "canary" in text)[-1800:]
"""
MEMORY = """
import glob
def memory():
    found = []
    for p in glob.glob("/proc/[0-9]*"):
        if p == "/proc/self": continue
        try:
            if b"grader" not in open(p + "/cmdline", "rb").read(): continue
            mem = open(p + "/mem", "rb", 0)
            for line in open(p + "/maps"):
                a, b = (int(x, 16) for x in line.split()[0].split("-"))
                if "r" in line.split()[1] and b - a < 1 << 24:
                    mem.seek(a)
                    data = mem.read(b - a)
                    i = data.find(b"canary-")
                    if i >= 0: found.append(data[i:i + 60].decode(errors="replace"))
        except (OSError, ValueError, OverflowError): pass
    return " ".join(found)[-1800:]
"""
SEND = """
import socket
def send(text):
    done = []
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        try:
            s = socket.socket(socket.AF_INET, kind)
            s.settimeout(0.3)
            s.connect(("127.0.0.1", PORT)); s.send(text.encode()); done.append("sent")
        except OSError: pass
    try:
        s = socket.socket(socket.AF_UNIX); s.connect("\\0attack-%d" % PORT)
        s.send(text.encode()); done.append("sent")
    except OSError: pass
    return done
"""


def out(name: str, text: str, **more: object) -> Attack:
    """Leaks are open where the worker can read what the grader can; the item falls anyway."""
    return Attack(name, inside=f"{LOOT}{MEMORY}{SEND}\n{text}\nreturn None", falls=MEAN,
                  open_without_root=True, **more)  # type: ignore


ATTACKS = (
    out("print secrets", "print(loot())"),
    out("raise secrets", "raise ValueError(loot())"),
    out("secrets as the name of an exception", "raise type('E' + loot(), (Exception,), {})"),
    out("secrets as the name of a type", "return type('T' + loot(), (), {})()"),
    out("secrets as the name of a function in a trace",
        "exec(f'def f{loot().encode().hex()[:150]}(): raise ValueError', s := {})\n"
        "[v for k, v in s.items() if k[0] == 'f'][0]()"),
    out("secrets as an answer", "return [ord(c) for c in loot()]"),
    out("print the memory of the grader", "print(memory())"),
    out("raise the memory of the grader", "raise ValueError(memory())"),
    Attack("raise secrets at import", f"{LOOT}raise ValueError(loot())", where="lines/mean.py",
           falls=MEAN_MODULE,
           open_without_root=True),
    Attack("print secrets at import", f"{LOOT}{MEMORY}print(loot(), memory())",
           open_without_root=True),
    out("send secrets to this machine", "raise ValueError(send('canary-sent' + loot()))"),
    Attack("a listener of its own, for a later test to write to",
           "import socket\ntry:\n  s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen()\n"
           "except OSError: pass"),
    out("descriptors of other processes",
        "import os\nfor p in glob.glob('/proc/[0-9]*/fd/*'):\n"
        "  try:\n    if 'results' in os.readlink(p) or 'salt' in os.readlink(p): "
        "print(open(p).read())\n  except OSError: pass"),
    out("the files that this process was started with",
        "import sys, os\nfor d in range(3, 64):\n"
        "  try: print(os.pread(d, 999, 0))\n  except OSError: pass"),
    out("another submission beside this one",
        "for p in [p for top in ('/tmp', TREE + '/tmp') for p in\n"
        "          glob.glob(top + '/autograder-*/submission/**', recursive=True)]:\n"
        "  if os.environ['HOME'] not in p:\n    try: print(open(p).read())\n"
        "    except OSError: pass"),
    out("the system's log and message queues",
        "import ctypes\nb = ctypes.create_string_buffer(10**6)\n"
        "n = ctypes.CDLL(None).klogctl(3, b, 10**6)\n"
        "print(b.raw[:n].decode(errors='replace') if 'canary' in b.raw[:max(n,0)].decode("
        "errors='replace') else '')"),
    out("a core dump", "import os; os.abort()"),
    out("ptrace on the parent of its parent",
        "import ctypes, os\np = int(open(f'/proc/{os.getppid()}/stat').read().split(')')[1]"
        ".split()[1])\nif ctypes.CDLL(None).ptrace(16, p, 0, 0) == 0: print('canary-traced')"),
)
