"""Shows pytest where the checks are, whichever folder it starts in."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "tests"))

from autograder.home.start import refuse  # noqa: E402

refuse(HERE)  # before anything that an old Python cannot read

from autograder.home.options import (  # noqa: E402
    pytest_addoption,
    pytest_cmdline_main,
    pytest_collection_modifyitems,
    pytest_configure,
)

__all__ = [
    "pytest_addoption",
    "pytest_cmdline_main",
    "pytest_collection_modifyitems",
    "pytest_configure",
]
