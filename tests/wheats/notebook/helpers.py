import time
from contextlib import contextmanager

DEBUG = True


def debug(*things):
    if DEBUG:
        print("[debug]", *things, flush=True)


@contextmanager
def timed(what):
    start = time.perf_counter()
    yield
    debug(what, "took", f"{time.perf_counter() - start:.6f}", "seconds")
