from pathlib import Path

import pytest

from app.errors import SettingsError
from app.ledger.seal import KEY_BYTES, KeySeal, SealBroken, keep_key

PLAIN = b"what somebody wrote"


@pytest.fixture
def seal() -> KeySeal:
    return KeySeal(b"k" * KEY_BYTES)


def test_what_was_sealed_opens_with_the_wrapped_key(seal: KeySeal) -> None:
    key = seal.new_key(owner="c1")
    sealed = key.seal(PLAIN, column="t.c", row="1")
    again = KeySeal(b"k" * KEY_BYTES).unwrap(key.wrapped, key_id=key.key_id, owner="c1")
    assert again.open(sealed, column="t.c", row="1") == PLAIN
    assert PLAIN not in sealed


def test_two_keys_and_two_values_are_never_alike(seal: KeySeal) -> None:
    one, two = seal.new_key(owner="c1"), seal.new_key(owner="c1")
    assert one.wrapped != two.wrapped
    assert one.seal(PLAIN, column="t.c", row="1") != one.seal(PLAIN, column="t.c", row="1")
    with pytest.raises(SealBroken):
        two.open(one.seal(PLAIN, column="t.c", row="1"), column="t.c", row="1")


@pytest.mark.parametrize(("column", "row"), [("t.d", "1"), ("t.c", "2"), ("t.c1", ""), ("t", ".c1")])
def test_a_value_opens_in_its_own_place_only(seal: KeySeal, column: str, row: str) -> None:
    key = seal.new_key(owner="c1")
    with pytest.raises(SealBroken):
        key.open(key.seal(PLAIN, column="t.c", row="1"), column=column, row=row)


@pytest.mark.parametrize("position", [0, 1, 12, 13, -1])
def test_a_value_that_was_changed_does_not_open(seal: KeySeal, position: int) -> None:
    key = seal.new_key(owner="c1")
    sealed = bytearray(key.seal(PLAIN, column="t.c", row="1"))
    sealed[position] ^= 1
    for broken in (bytes(sealed), bytes(sealed[:10]), b""):
        with pytest.raises(SealBroken):
            key.open(broken, column="t.c", row="1")


def test_a_key_unwraps_for_its_owner_and_by_its_wrapping_key_only(seal: KeySeal) -> None:
    key = seal.new_key(owner="c1")
    other = KeySeal(b"x" * KEY_BYTES)
    assert other.key_id != seal.key_id
    for which, key_id, owner in ((seal, seal.key_id, "c2"), (other, seal.key_id, "c1"), (seal, other.key_id, "c1")):
        with pytest.raises(SealBroken):
            which.unwrap(key.wrapped, key_id=key_id, owner=owner)


def test_fingerprints_tell_texts_apart_and_need_the_key(seal: KeySeal) -> None:
    parts = [("a", "c", "text"), ("a", "c", "texts"), ("b", "c", "text"), ("ac", "", "text"), ("a", "ct", "ext"), ("", "", "\ud800")]
    prints = {seal.fingerprint(*one) for one in parts}
    assert len(prints) == len(parts)
    assert seal.fingerprint(*parts[0]) in prints
    assert KeySeal(b"x" * KEY_BYTES).fingerprint(*parts[0]) not in prints


def test_the_key_file_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "new" / "seal.key"
    key = keep_key(file)
    assert (len(key), keep_key(file)) == (KEY_BYTES, key)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_a_key_file_that_is_cut_off_is_told_with_its_path(tmp_path: Path) -> None:
    file = tmp_path / "seal.key"
    file.write_bytes(b"short")
    with pytest.raises(SettingsError, match=r"seal\.key"):
        keep_key(file)
