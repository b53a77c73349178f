"""Write to the grader directly, in place of answering."""

from tests.attacks import MEAN, Attack

DESCRIPTORS = """
import os, stat
def sockets():
    found = []
    for d in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(d).st_mode): found.append(d)
        except OSError: pass
    return found
def frame(data): return len(data).to_bytes(4, "big") + data
def write(data):
    for d in sockets():
        try: os.write(d, data)
        except OSError: pass
"""
SERVE = """
import socket
def serve(answer):
    import array, threading
    (number, *_) = sockets()
    control = socket.socket(fileno=number)
    control.sendall(frame(READY))
    while True:
        command, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        if not command: os._exit(0)
        test = socket.socket(fileno=descriptors[0])
        while True:
            data = test.recv(1 << 20)
            if not data: break
            try: test.sendall(answer(data))
            except OSError: break
        test.close()
        control.sendall(bytes(4))
def each(asked, reply):  # of the requests in a frame
    numbers = range(asked[6], asked[6] + (asked[4] & 15))
    return b"".join(frame(b"\\x93" + bytes([n]) + reply) for n in numbers)
READY = b"\\x81\\xa5ready\\x80"
"""


def raw(name: str, data: str, **more: object) -> Attack:
    return Attack(name, inside=f"{DESCRIPTORS}\nwrite({data})\nreturn None", falls=MEAN,
                  patience=0.05, **more)  # type: ignore


def server(name: str, answer: str, falls: str = "all", patience: float = 0.05) -> Attack:
    """From the import on, answers every request of every test with the same expression."""
    return Attack(name, f"{DESCRIPTORS}{SERVE}serve(lambda d: {answer})", over="empty",
                  falls=falls, patience=patience)


ATTACKS = (
    raw("garbage", "os.urandom(4000)"),
    raw("a truncated frame", "frame(b'x' * 1000)[:500]"),
    raw("a frame of 2 GB", "b'\\x7f\\xff\\xff\\xff'"),
    raw("a frame of 2^60 bytes", "b'\\xff\\xff\\xff\\xff\\x10' + b'\\0' * 7"),
    raw("an empty frame", "bytes(4)"),
    raw("an answer before the question", "frame(b'\\x93\\x02\\xa2ok\\xc0') * 100"),
    raw("every answer that could be asked for",
        "b''.join(frame(b'\\x93' + bytes([n]) + b'\\xa2ok\\xc3') for n in range(128))"),
    raw("a test ends before it ends", "bytes(4) * 50"),
    raw("half a frame and then silence", "b'\\0\\0'"),
    server("yes to everything", "each(d, b'\\xa2ok\\xc3')",
           falls="all but Package"),
    server("nothing to everything", "each(d, b'\\xa2ok\\xc0')"),
    server("what was asked, back again", "d"),
    server("a map that holds a million handles",
           "each(d, b'\\xa2ok\\xdd\\0\\0\\x40\\0' + "
           "b'\\x81\\xa1h\\x94\\x05\\xa6object\\xa1T\\xc0' * 16384)", falls="all but Package", patience=1.0),
    server("250 000 empty lists a frame",
           "each(d, b'\\xa2ok\\xdd\\0\\x03\\xd0\\x90' + b'\\x90' * 250000)",
           falls="all but Package", patience=1.0),
    server("nesting 100 000 deep", "each(d, b'\\xa2ok' + b'\\x91' * 100000)"),
    server("extension types", "each(d, b'\\xa2ok\\xd4\\xff\\0')"),
    server("an array whose header lies",
           "each(d, b'\\xa2ok\\x81\\xa1a\\x93\\xa3<f8\\x91\\xce\\x7f\\xff\\xff"
           "\\xff\\xc0')"),
    server("an array of Python objects",
           "each(d, b'\\xa2ok\\x81\\xa1a\\x93\\xa2|O\\x91\\x01\\xc4\\x08' + "
           "bytes(8))"),
    server("an error of any kind",
           "each(d, b'\\xa5error\\x82\\xa4type\\xa7Skipped\\xa4base\\xab"
           "BaseException')"),
    server("an error whose fields lie",
           "each(d, b'\\xa5error\\x84\\xa4type\\xa5<img>\\xa4item\\xa3<b>\\xa6frames"
           "\\x91\\xc0\\xa4file\\xb0lines/line.py<b>')"),
    server("an error without any field", "each(d, b'\\xa5error\\xc3')"),
)
