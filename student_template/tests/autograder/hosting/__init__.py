"""pytest's side of a grading."""
