"""An array held against what is right: differences, comparison, diagnosis."""
