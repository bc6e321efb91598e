"""What rests is unreadable without the key, and found only through it."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quanqu.infra.crypto import keyring
from quanqu.infra.crypto.contracts import DataKeyError, UndecipherableError
from quanqu.infra.crypto.facade import decrypt, encrypt, encrypt_many, hash_many, keyed_hash


@pytest.fixture
def fresh_keyring():
    keyring._root_key.cache_clear()
    keyring.purpose_key.cache_clear()
    yield
    keyring._root_key.cache_clear()
    keyring.purpose_key.cache_clear()


@given(st.text())
def test_a_value_is_read_back_and_never_written_twice_alike(text):
    first, second = encrypt_many([text, text], purpose="test.phone")

    assert first != second
    assert decrypt(first, purpose="test.phone") == text


def test_a_value_cannot_be_read_for_another_purpose_or_when_changed():
    sealed = encrypt("+8613800005678", purpose="test.phone")

    with pytest.raises(UndecipherableError):
        decrypt(sealed, purpose="test.email")
    with pytest.raises(UndecipherableError):
        decrypt(sealed[:-1] + bytes([sealed[-1] ^ 1]), purpose="test.phone")
    with pytest.raises(UndecipherableError):
        decrypt(b"\x09" + sealed[1:], purpose="test.phone")


def test_a_hash_depends_on_the_purpose_and_the_text_alone():
    one, again = hash_many(["a@example.com", "a@example.com"], purpose="test.email")

    assert one == again == keyed_hash("a@example.com", purpose="test.email")
    assert one != keyed_hash("a@example.com", purpose="test.phone")
    assert len(one) == 32


def test_a_home_makes_its_key_once_and_keeps_it_private(tmp_path, monkeypatch, fresh_keyring):
    monkeypatch.delenv("QUANQU_DATA_KEY", raising=False)
    monkeypatch.setenv("QUANQU_HOME", str(tmp_path))
    sealed = encrypt("x", purpose="p")
    keyring._root_key.cache_clear()
    keyring.purpose_key.cache_clear()

    assert decrypt(sealed, purpose="p") == "x"
    assert (tmp_path / "keys" / "data.key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["data.key"]


def test_a_key_from_the_environment_wins(tmp_path, monkeypatch, fresh_keyring):
    monkeypatch.setenv("QUANQU_HOME", str(tmp_path))
    monkeypatch.setenv("QUANQU_DATA_KEY", base64.b64encode(b"k" * 32).decode())

    assert decrypt(encrypt("x", purpose="p"), purpose="p") == "x"
    assert not (tmp_path / "keys").exists()


@pytest.mark.parametrize("given_key", ["short", base64.b64encode(b"k" * 31).decode()])
def test_a_malformed_key_is_named(given_key, monkeypatch, fresh_keyring):
    monkeypatch.setenv("QUANQU_DATA_KEY", given_key)

    with pytest.raises(DataKeyError, match="QUANQU_DATA_KEY"):
        encrypt("x", purpose="p")


def test_without_a_home_or_a_key_nothing_is_written(monkeypatch, fresh_keyring):
    monkeypatch.delenv("QUANQU_DATA_KEY", raising=False)
    monkeypatch.delenv("QUANQU_HOME", raising=False)

    with pytest.raises(DataKeyError, match="QUANQU_HOME"):
        keyed_hash("x", purpose="p")
