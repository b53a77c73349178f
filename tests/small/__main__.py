"""The TA's commands for the small homework: `python -m tests.small <command>`."""

import sys

from autograder.__main__ import main
from tests.small.project import PROJECT

if __name__ == "__main__":
    sys.exit(main(project=PROJECT))
