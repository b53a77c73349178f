"""What is copied beside the student's code and runs there: nothing else of ours does."""
