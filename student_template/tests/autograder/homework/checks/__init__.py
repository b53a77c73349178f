"""The checks: the only place that knows what is right. One file per module of beras."""
