"""The Beras autograder: grade one submission, or a class, in isolation."""

__version__ = "1.0.0"
