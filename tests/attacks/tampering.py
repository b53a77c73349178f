"""Change the process from within, in the hope that it is the grader's."""

from tests.attacks import MEAN, Attack

def _after(text: str) -> str:
    return text + "\nreturn None"

TRUE = "type('T', (), {'__eq__': lambda *a: True, '__bool__': lambda s: True, '__call__': " \
       "lambda *a, **k: True})()"

ATTACKS = (
    Attack("patch the comparisons of NumPy",
           "import numpy as np\nfor n in ('allclose', 'array_equal', 'isclose', 'isfinite'):\n"
           "  setattr(np, n, lambda *a, **k: True)\n"
           "np.testing.assert_allclose = lambda *a, **k: None", inside=_after(""), falls=MEAN),
    Attack("patch pytest",
           "import sys, types\nm = types.ModuleType('pytest')\n"
           "m.approx = m.raises = m.fail = lambda *a, **k: True\n"
           "sys.modules['pytest'] = sys.modules['_pytest'] = m", inside=_after(""), falls=MEAN),
    Attack("patch builtins",
           "import builtins\nbuiltins.AssertionError = builtins.ValueError = Warning\n"
           "builtins.abs = builtins.max = builtins.sum = lambda *a, **k: 0\n"
           "builtins.all = builtins.any = lambda *a: True", over="empty", falls="all"),
    Attack("patch json",
           "import json\njson.dumps = lambda *a, **k: '{\"score\": 100}'\n"
           "json.dump = lambda o, f, **k: f.write('{\"score\": 100}')", over="empty", falls="all"),
    Attack("patch msgpack in the worker",
           "import sys\nfor m in list(sys.modules.values()):\n"
           "  if getattr(m, '__name__', '').startswith(('msgpack', 'wire')):\n"
           "    for n in ('packb', 'pack', 'unpackb'): setattr(m, n, lambda *a, **k: b'\\xc0')",
           over="empty", falls="all"),
    Attack("replace every module",
           "import sys, types\nclass All(types.ModuleType):\n"
           "  def __getattr__(self, n): return lambda *a, **k: True\n"
           "for n in list(sys.modules):\n"
           "  if n not in ('sys', 'builtins'): sys.modules[n] = All(n)", over="empty", falls="all"),
    Attack("climb the frames to the fork server",
           inside=_after("import sys\nf = sys._getframe()\nwhile f:\n"
           "  for k, v in list(f.f_locals.items()):\n"
           "    for n in ('_objects', '_number'):\n"
           "      try: setattr(v, n, None)\n      except Exception: pass\n  f = f.f_back"),
           falls=MEAN),
    Attack("find the server by gc and answer in its place",
           inside=_after("import gc\nfor o in gc.get_objects():\n"
           "  if type(o).__name__ == 'Server': type(o).answers = lambda s, f: [b'\\x93\\x01\\xa2ok\\xc3'] * 9"),
           falls=MEAN),
    Attack("trace every call",
           "import sys, threading\ndef trace(f, e, a):\n"
           "  if e == 'return' and f.f_code.co_name == 'encode_reply': f.f_locals['value'] = 1\n"
           "  return trace\nsys.setprofile(lambda *a: None)", inside=_after(""), falls=MEAN),
    Attack("an audit hook that raises",
           "import sys\nsys.addaudithook(lambda e, a: exec('raise RuntimeError(1)') "
           "if e == 'socket.connect' else None)", inside=_after(""), falls=MEAN),
    Attack("change small integers by ctypes",
           inside=_after("import ctypes\nctypes.c_long.from_address(id(7) + 24).value = 2"),
           falls=MEAN),
    Attack("write into the parent's memory",
           inside=_after("import os\nfor p in (os.getppid(), 1):\n"
           "  try:\n    maps = open(f'/proc/{p}/maps').read().splitlines()\n"
           "    m = open(f'/proc/{p}/mem', 'r+b', 0)\n"
           "    for l in maps[:400]:\n      a = l.split()\n"
           "      if 'w' in a[1]:\n        m.seek(int(a[0].split('-')[0], 16)); m.write(b'\\0' * 64)\n"
           "  except OSError: pass"), falls=MEAN),
    Attack("take over the operator table",
           "import sys\nw = sys.modules['__main__']\n"
           "w.OPERATORS.update({n: lambda *a: True for n in w.OPERATORS})\n"
           "w.Server._do_get = w.Server._do_call = lambda *a: True",
           over="empty", falls="all but Package"),
    Attack("objects that equal everything", f"import sys\nANY = {TRUE}\n"
           "import types\nclass M(types.ModuleType):\n  def __getattr__(self, n): return ANY\n"
           "for n in ('line', 'mean'): sys.modules['lines.' + n] = M('lines.' + n)\n"
           "__getattr__ = lambda n: ANY",
           over="empty", falls="all but Package"),
)
