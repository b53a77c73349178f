"""The one room that knows Beras: contract, rubric, checks, given layers, closed forms."""
