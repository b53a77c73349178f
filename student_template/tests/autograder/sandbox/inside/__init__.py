"""What is copied beside the student's code and runs there.

Nothing else of ours does, but for the module of given layers that a homework names.
"""
