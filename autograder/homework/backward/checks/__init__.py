"""The checks of what only the backward edition has; the others stand in the checks beside it."""
