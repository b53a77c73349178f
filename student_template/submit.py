"""Runs the public checks, builds submission.zip, warns about what Gradescope would not accept."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "tests"))

from autograder.home.start import refuse  # noqa: E402

refuse(HERE)  # before anything that an old Python cannot read

from autograder.home.handin import main  # noqa: E402
from autograder.homework.beras import BERAS  # noqa: E402

if __name__ == "__main__":
    sys.exit(main(BERAS, HERE))
