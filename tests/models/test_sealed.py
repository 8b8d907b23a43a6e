"""What is sealed opens only where it was sealed, and only with its key."""

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.sealed import (
    Key,
    KeyMissing,
    Keyring,
    KeysUnreadable,
    Sealed,
    load_keys,
    normal_form,
)

ROOT = Path(__file__).parents[2]


def a_ring() -> Keyring:
    ring = Keyring()
    ring.add(Key.make())
    return ring


@given(st.text(), st.sampled_from(["case.matter", "party.name"]))
def test_what_is_sealed_opens_as_it_was(words: str, column: str):
    ring = a_ring()
    plain = words.encode("utf-8", "surrogatepass")

    sealed = ring.seal(column, plain)

    assert ring.open(column, sealed) == plain
    assert len(plain) < 4 or plain not in sealed


def test_a_ciphertext_moved_to_another_column_does_not_open():
    ring = a_ring()
    sealed = ring.seal("party.name", "金哲".encode())

    with pytest.raises(KeyMissing, match=r"party\.phone"):
        ring.open("party.phone", sealed)


@given(st.binary(min_size=1), st.data())
def test_a_ciphertext_with_one_bit_changed_does_not_open(plain: bytes, data: st.DataObject):
    ring = a_ring()
    sealed = bytearray(ring.seal("case.matter", plain))
    place = data.draw(st.integers(min_value=0, max_value=len(sealed) - 1))
    sealed[place] ^= 1 << data.draw(st.integers(min_value=0, max_value=7))

    with pytest.raises(KeyMissing):
        ring.open("case.matter", bytes(sealed))


def test_another_offices_key_opens_nothing():
    sealed = a_ring().seal("case.matter", "漏水".encode())

    with pytest.raises(KeyMissing):
        a_ring().open("case.matter", sealed)


def test_without_any_key_nothing_is_written_in_the_clear():
    with pytest.raises(KeyMissing):
        Keyring().seal("case.matter", b"open")


def test_the_newest_key_seals_and_the_older_still_opens():
    ring = a_ring()
    old = ring.seal("case.matter", b"before")
    newest = Key.make()
    ring.add(newest)

    assert ring.seal("case.matter", b"after").startswith(newest.id)
    assert ring.open("case.matter", old) == b"before"


def test_the_same_words_never_look_the_same():
    ring = a_ring()

    assert ring.seal("party.name", b"same") != ring.seal("party.name", b"same")


def test_a_key_file_is_made_once_and_only_its_owner_reads_it(tmp_path: Path):
    path = tmp_path / "new" / "keys.json"

    first, made = load_keys(path)
    again, made_again = load_keys(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (made, made_again) == (True, False)
    assert first == again


def test_a_key_never_shows_its_secret():
    key = Key.make()

    assert repr(key.seal) not in repr(key)
    assert repr(key.index) not in repr(key)


@pytest.mark.parametrize(
    ("one", "other"),
    [("139 4430-0000", "１３９４４３０００００"), ("金 哲", "金哲"), ("Kim", "kim")],
)
def test_what_people_mean_as_the_same_is_found_as_the_same(one: str, other: str):
    ring = a_ring()

    assert normal_form(one) == normal_form(other)
    assert ring.index("phone", one) == ring.index("phone", other)
    assert ring.index("phone", one) != ring.index("name", one)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=6,
    )
)
def test_any_json_value_survives_its_column(value: object):
    from sqlalchemy import create_engine

    import tests.factories  # noqa: F401 - installs a key

    column, dialect = Sealed("draft.answers"), create_engine("sqlite://").dialect

    stored = column.process_bind_param(value, dialect)

    assert column.process_result_value(stored, dialect) == value


ROUNDS = 300
TOGETHER = """
import sys
from pathlib import Path
from models.sealed import load_keys

for place in range(int(sys.argv[2])):
    sys.stdin.readline()  # both are let go at once
    keys, made = load_keys(Path(sys.argv[1]) / str(place) / "keys.json")
    print(keys[0].id.hex(), int(made), flush=True)
"""


def test_of_two_that_start_together_in_an_empty_folder_one_makes_the_keys(tmp_path: Path):
    both = [
        subprocess.Popen(
            [sys.executable, "-c", TOGETHER, str(tmp_path), str(ROUNDS)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for place in range(ROUNDS):
        for one in both:
            assert one.stdin is not None
            one.stdin.write("go\n")
            one.stdin.flush()
        said = [one.stdout.readline().split() for one in both if one.stdout is not None]
        assert [len(words) for words in said] == [2, 2], f"round {place}: {said}"
        (first, made), (second, made_too) = said
        assert first == second
        assert {made, made_too} == {"0", "1"}
        assert [path.name for path in (tmp_path / str(place)).iterdir()] == ["keys.json"]
    for one in both:
        one.communicate()


def test_keys_that_could_not_be_written_leave_nothing(tmp_path: Path, monkeypatch):
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        load_keys(tmp_path / "keys.json")
    assert list(tmp_path.iterdir()) == []


def no_links(_one: object, _other: object) -> None:
    """As exFAT and many a share answer."""
    raise OSError(errno.EPERM, "Operation not permitted")


def test_where_a_file_has_only_one_name_keys_are_made_all_the_same(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("os.link", no_links)
    path = tmp_path / "keys.json"

    first, made = load_keys(path)

    assert (made, load_keys(path)) == (True, (first, False))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_where_a_file_has_only_one_name_the_keys_of_another_process_stay(
    tmp_path: Path, monkeypatch
):
    path, theirs = tmp_path / "keys.json", tmp_path / "other" / "keys.json"
    kept, _ = load_keys(theirs)

    def others_were_first(one: object, other: object) -> None:
        path.write_bytes(theirs.read_bytes())
        no_links(one, other)

    monkeypatch.setattr("os.link", others_were_first)

    assert load_keys(path) == (kept, False)


def test_a_place_that_takes_no_keys_at_all_is_one_exception_and_keeps_nothing(
    tmp_path: Path, monkeypatch
):
    whole = os.fsync

    def full(descriptor: int) -> None:
        if (tmp_path / "keys.json").exists():
            raise OSError(errno.ENOSPC, "No space left on device")
        whole(descriptor)

    monkeypatch.setattr("os.link", no_links)
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(KeysUnreadable, match="No space"):
        load_keys(tmp_path / "keys.json")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", ["", "{", "[]", '{"keys": []}', '{"keys": [{"id": "x"}]}'])
def test_a_key_file_without_keys_is_one_exception(tmp_path: Path, content: str):
    path = tmp_path / "keys.json"
    path.write_text(content)

    with pytest.raises(KeysUnreadable):
        load_keys(path)
    assert path.read_text() == content
