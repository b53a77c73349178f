"""The checks on a student's own machine, and the hand-in."""
