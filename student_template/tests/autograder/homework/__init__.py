"""The only folder that knows Beras: contract, rubric, checks, given layers, closed forms."""
