from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from coderasst_hook.feedback.people import DIGITS, SALT, hashed, salt_of
from coderasst_hook.feedback.store import open_store


def test_a_hash_tells_nothing_but_that_two_are_the_same() -> None:
    assert hashed("ada", "salt") == hashed("Ada ", "salt") == hashed("ada[bot]", "salt")
    assert hashed("ada", "salt") != hashed("bob", "salt")
    assert hashed("ada", "salt") != hashed("ada", "another salt")
    assert len(hashed("ada", "salt")) == DIGITS
    assert "ada" not in hashed("ada", "salt")
    assert hashed("\udcff", "\udcff")


def test_all_that_make_a_salt_at_once_get_the_same(store_url: str, tmp_path: Path) -> None:
    def salt(_: int) -> str:
        with open_store(store_url, root=tmp_path) as store:
            return salt_of(store)

    with ThreadPoolExecutor(6) as pool:
        (made,) = set(pool.map(salt, range(6)))
    with open_store(store_url, root=tmp_path) as store:
        assert store.cursor(SALT) == made == salt_of(store)
    assert len(made) == 64
