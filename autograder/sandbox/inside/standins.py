"""Inert stand-ins for libraries that a submission may import and that grading does without.

Two families. Libraries that would do the homework may be imported; using one fails and says so.
Libraries that only show things (progress bars, plots, logging services) do nothing, silently.

This is for honest imports. What keeps the real ones out of reach is that their files are closed:
see `libraries.py`.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

UNAVAILABLE = frozenset(
    "tensorflow tensorflow_probability torch torchvision torchaudio jax jaxlib flax optax haiku "
    "equinox autograd keras scipy sklearn skimage mxnet theano cupy numba tinygrad chainer "
    "paddle statsmodels xgboost lightgbm tensorflow_datasets pytorch_lightning transformers einops "
    "joblib networkx pandas polars PIL cv2 imageio h5py requests gdown "
    "msgpack pytest seccompy".split()
)
"""Libraries that would do the homework, or that grading keeps to itself."""

DISPLAY_ONLY = frozenset(
    "tqdm matplotlib mpl_toolkits seaborn plotly wandb tensorboard tensorboardX IPython ipywidgets "
    "rich colorama termcolor icecream torchsummary tabulate loguru".split()
)
"""Libraries that change no number: progress bars, plots, logging services."""

INSTALLED = ("site-packages", "dist-packages")
"""Names of folders of installed packages. The worker's own are imported before these go."""


class _RefusingType(type):
    """Metaclass of every name in an unavailable library: it can be imported, but not used."""

    _library: str  # inherited by a student's own subclass

    def __call__(cls, *args: object, **kwargs: object) -> Any:
        raise RuntimeError(
            f"{cls._library} is not available while grading: solve it with NumPy alone"
        )

    __iter__ = __len__ = __enter__ = __neg__ = __add__ = __radd__ = __sub__ = __rsub__ = __call__
    __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __pow__ = __rpow__ = __matmul__ = __call__
    __rmatmul__ = __call__

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _refusing(f"{cls._library}.{cls.__name__}", name)


def _refusing(module: str, name: str) -> Any:
    return _RefusingType(name, (), {"__module__": module, "_library": module})


def _shown(name: str) -> Any:
    """What stands for an attribute of a library that only shows things."""
    if name in ("trange", "tnrange"):
        return lambda *args, **kwargs: _Inert(range(*args))
    if name == "subplots":
        return lambda *args, **kwargs: (_Inert(), _Inert())
    return _Inert()


class _Inert:
    """Answers every attribute, call, loop and `with` by doing nothing."""

    def __init__(self, iterable: Any = (), *_: object, **__: object) -> None:
        self._iterable = iterable

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _shown(name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if args and isinstance(args[0], (types.FunctionType, type)):
            return args[0]  # it was a decorator
        source = args[0] if args else kwargs.get("iterable", ())
        return _Inert(source if hasattr(source, "__iter__") else ())

    def __getitem__(self, key: object) -> Any:
        return _Inert()

    def __setitem__(self, key: object, value: object) -> None:
        return None

    def __add__(self, other: Any) -> Any:
        return other  # colours around a text

    __radd__ = __add__

    def __or__(self, other: Any) -> Any:
        return self  # an annotation

    __ror__ = __or__

    def __format__(self, spec: str) -> str:
        return ""

    def __iter__(self) -> Any:
        return iter(self._iterable)

    def __len__(self) -> int:
        return len(self._iterable)

    def __enter__(self) -> _Inert:
        return self

    def __exit__(self, *_: object) -> None:
        return None


class _StandIn(types.ModuleType):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__: list[str] = []  # a package: any submodule imports too

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if self.__name__.partition(".")[0] in UNAVAILABLE:
            return _refusing(self.__name__, name)
        return _shown(name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return _Inert()(*args, **kwargs)  # `import tqdm.tqdm`-style mistakes stay harmless


class _Finder(MetaPathFinder, Loader):
    def __init__(self, names: frozenset[str]) -> None:
        self._names = names

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> ModuleSpec | None:
        return ModuleSpec(name, self) if name.partition(".")[0] in self._names else None

    def create_module(self, spec: ModuleSpec) -> types.ModuleType:
        return _StandIn(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        return None


def own_modules(root: Path) -> frozenset[str]:
    """Names of the modules that lie in a submission's folder."""
    entries = list(root.iterdir())
    files = {path.stem for path in entries if _is_module(path)}
    return frozenset(files | {path.name for path in entries if _is_package(path)})


def _is_module(path: Path) -> bool:
    return path.suffix == ".py" and path.stem.isidentifier() and path.is_file()


def _is_package(path: Path) -> bool:
    """Whether an import finds Python in a folder.

    A folder `wandb/`, whose copies of code lie in `run-20241231_235959/`, is no package.
    """
    if not (path.name.isidentifier() and path.is_dir()):
        return False
    return any(_is_module(entry) or _is_package(entry) for entry in path.iterdir())


def install(own: frozenset[str]) -> None:
    """From now on these libraries import as stand-ins, and no other installed one is found.

    `own` are the submission's top-level modules: a student's own `autograd.py` stays theirs.
    """
    sys.meta_path.insert(0, _Finder((UNAVAILABLE | DISPLAY_ONLY) - own))
    sys.path[:] = [path for path in sys.path if Path(path).name not in INSTALLED]


@contextmanager
def where_missing(own: frozenset[str]) -> Iterator[None]:
    """In this block those of the libraries that are not installed import as stand-ins."""
    finder = _Finder((UNAVAILABLE | DISPLAY_ONLY) - own)
    sys.meta_path.append(finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name, module in sys.modules.items() if type(module) is _StandIn]:
            del sys.modules[name]
