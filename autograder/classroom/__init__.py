"""A whole class: who handed in what, its gradings in one record, and what comes out of them.

`sources` reads who handed in what, `engine` runs one `task` for each submission, `record` keeps
what came of it, and `tables`, `page` and `regrade` show that. Nothing of it is needed to grade one
submission, so none of it goes to Gradescope.
"""
