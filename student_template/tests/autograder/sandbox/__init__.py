"""The trust boundary: student code runs in a worker process, the grader only talks to it."""
