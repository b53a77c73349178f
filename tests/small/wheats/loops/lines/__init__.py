"""A right submission in a style of its own: loops, and lists in place of arrays."""
