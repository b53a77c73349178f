"""Draws a line."""
