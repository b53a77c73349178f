"""What a course sets for a term, in `course.toml` beside setup.sh, and what follows from it."""
