"""Proves the checks by right and wrong submissions."""
