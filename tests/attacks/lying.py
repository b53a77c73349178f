"""Objects that are not what they seem."""

from tests.attacks import MEAN, Attack

LIES = """
import numpy as np
def yes(*a, **k): return True
def evil(*a, **k): raise SystemExit("evil method")
ALWAYS = {f"__{n}__": yes for n in ("eq", "ne", "lt", "le", "gt", "ge", "bool", "contains")}
EVIL = {f"__{n}__": evil for n in
        ("len", "iter", "getitem", "float", "int", "array", "repr", "str", "hash", "eq", "format")}
"""


def answer(name: str, text: str, **more: object) -> object:
    """`Mean.forward` answers with the value of an expression."""
    return Attack(name, inside=f"{LIES}\nreturn {text}", falls=MEAN, **more)  # type: ignore


ATTACKS = (
    answer("an ndarray that always equals", "np.zeros(7).view(type('A', (np.ndarray,), ALWAYS))"),
    answer("an ndarray with evil methods", "np.zeros(7).view(type('A', (np.ndarray,), EVIL))"),
    answer("an ndarray that lies about its shape",
           "np.zeros(7).view(type('A', (np.ndarray,), {'shape': (10**9,), 'nbytes': -1, "
           "'dtype': np.dtype('O'), 'tobytes': yes}))"),
    answer("an array from __array__ that changes",
           "type('A', (), {'__array__': lambda s, *a, **k: np.random.random(7)})()"),
    answer("a float with evil methods", "type('F', (float,), EVIL)(3)"),
    answer("a string with evil methods", "type('S', (str,), EVIL)('x')"),
    answer("a list with evil methods", "type('L', (list,), EVIL)([7])"),
    answer("a dictionary with evil methods", "type('D', (dict,), EVIL)(a=7)"),
    answer("an array without dimensions", "np.array(7)"),
    answer("a broadcast of 10^12 entries", "np.broadcast_to(7, (10**6, 10**6))"),
    answer("an array of nothing with huge sides", "np.empty((2**40, 0, 2**20))"),
    answer("an array of objects", "np.array([type('E', (), EVIL)()] * 7, dtype=object)"),
    answer("an array that holds itself",
           "(lambda a: (a.fill(0), a.__setitem__(0, a), a)[-1])(np.empty(7, dtype=object))"),
    answer("64 dimensions", "np.zeros((1,) * 64)"),
    answer("a list that holds itself", "(lambda l: (l.append(l), l)[-1])([])"),
    answer("lists 100 000 deep",
           "(lambda f: f(f, 100000))(lambda f, n: __import__('functools').reduce("
           "lambda a, _: [a], range(n), []))"),
    answer("ten million entries", "[0] * 10**7"),
    answer("a dictionary of keys that are all alike",
           "dict.fromkeys(__import__('itertools').product((-1, -2), repeat=12))",
           says="a dictionary of 4096 entries is too large to look at"),
    answer("a string of 100 MB", "'x' * 10**8"),
    answer("an integer of a million digits", "10 ** 10**5"),
    answer("NaN everywhere", "np.full(7, np.nan)"),
    answer("complex numbers", "np.zeros(7, dtype=complex)"),
    answer("records and dates", "np.zeros(7, dtype=[('a', 'f8'), ('b', 'M8[s]')])"),
    answer("invalid Unicode and NUL", "'\\ud800\\0\\x1b[2J</pre><script>'"),
    answer("a class with an evil metaclass",
           "type('M', (type,), EVIL | {'__getattribute__': evil})('C', (), {})"),
    answer("a generator without end", "(i for i in iter(int, 1))"),
    Attack("a type name of 10 MB", inside="return type('N' * 10**7, (), {})()", falls=MEAN),
    Attack("a __class__ that lies",
           inside="return type('A', (), {'__class__': property(lambda s: __import__('numpy')"
           ".ndarray)})()", falls=MEAN),
)
