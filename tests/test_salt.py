"""Hidden seeds come from the salt and the submission alone."""

from __future__ import annotations

import subprocess
import sys

import pytest

from autograder import salt
from autograder.salt import hidden_seed
from tests.small import public
from tests.submissions import ROOT


def test_a_hidden_seed_is_the_same_every_time():
    assert hidden_seed("digest", salt="salt") == hidden_seed("digest", salt="salt")


def test_a_hidden_seed_does_not_depend_on_the_process():
    code = "from autograder.salt import hidden_seed; print(hidden_seed('digest', salt='salt'))"
    command = [sys.executable, "-c", code]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    assert int(printed) == hidden_seed("digest", salt="salt")


def test_salts_and_submissions_have_seeds_of_their_own():
    pairs = [(f"salt {i}", f"digest {j}") for i in range(30) for j in range(30)]
    seeds = {hidden_seed(digest, salt=salt) for salt, digest in pairs}
    assert len(seeds) == len(pairs)
    assert public().seed not in seeds


def test_a_hidden_seed_fits_into_json_and_numpy():
    assert all(0 <= hidden_seed(str(k), salt="") < 2**53 for k in range(100))


@pytest.mark.parametrize(
    ("content", "text"), [(None, ""), (b"", ""), (b" \n", ""), (b"a secret\n", "a secret")]
)
def test_the_salt_is_what_its_file_holds(tmp_path, monkeypatch, content, text):
    path = tmp_path / "salt.txt"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setattr(salt, "SALT_FILE", path)
    assert salt.secret() == text.encode()
    assert hidden_seed("digest") == hidden_seed("digest", salt=text)
