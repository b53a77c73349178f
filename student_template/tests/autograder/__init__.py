"""The Beras autograder: grades a submission in isolation, one item of the roadmap after another."""

__version__ = "1.0.0"
