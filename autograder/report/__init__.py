"""Reports of a grading: for Gradescope and for a terminal."""
