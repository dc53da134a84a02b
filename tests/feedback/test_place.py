from __future__ import annotations

from pathlib import Path

import pytest

from coderasst_hook.errors import StoreError
from coderasst_hook.feedback.place import make_file, place_of


@pytest.mark.parametrize(
    ("where", "file"),
    [
        ("feedback.db", "feedback.db"),
        ("deep/er/feedback.db", "deep/er/feedback.db"),
        ("sqlite:///deep/feedback.db", "deep/feedback.db"),
        ("sqlite+pysqlite:///feedback.db", "feedback.db"),
        ("odd name?x=1.db", "odd name?x=1.db"),
    ],
)
def test_a_file_is_relative_to_the_root(where: str, file: str, tmp_path: Path) -> None:
    place = place_of(where, tmp_path)
    assert place.file == tmp_path / file
    assert str(place) == str(tmp_path / file)


def test_an_absolute_file_and_one_of_the_home_folder(tmp_path: Path, home: Path) -> None:
    assert place_of(tmp_path / "x.db", Path("elsewhere")).file == tmp_path / "x.db"
    assert place_of(f"sqlite:///{tmp_path}/x.db", Path("elsewhere")).file == tmp_path / "x.db"
    assert place_of("~/x.db", tmp_path).file == home / "x.db"


@pytest.mark.parametrize(
    ("where", "shown"),
    [
        ("postgresql://ada:s3cr3t@db.example.com:5433/team", "ada@db.example.com:5433/team"),
        ("postgres://db.example.com/team", "db.example.com/team"),
        ("postgresql+psycopg://ada@/team?host=/run/pg&password=s3cr3t", "ada@/run/pg/team"),
    ],
)
def test_a_server_is_shown_without_its_password(where: str, shown: str) -> None:
    place = place_of(where, Path())
    assert place.file is None
    assert place.url.drivername == "postgresql+psycopg"
    assert str(place) == f"postgresql://{shown}"
    assert place.without_secrets(f"it is {'s3cr3t'} there").count("s3cr3t") == (
        0 if "s3cr3t" in where else 1
    )


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("mysql://u:hunter2@h/d", "not mysql://"),
        ("postgresql://u:hunter2@h:port/d", "is no URL"),
        ("postgresql://u:hunter2@[::1/d", "is no URL"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
    ],
)
def test_what_cannot_be_a_store_is_refused_without_its_password(where: str, said: str) -> None:
    with pytest.raises(StoreError, match=said) as caught:
        place_of(where, Path())
    assert "hunter2" not in str(caught.value)
    assert caught.value.next_step


def test_a_folder_that_is_made_ignores_itself_and_is_private(tmp_path: Path) -> None:
    place = place_of("deep/data/feedback.db", tmp_path)
    make_file(place, create=True)
    folder = tmp_path / "deep" / "data"
    assert (folder / ".gitignore").read_text() == "*\n"
    assert not (tmp_path / "deep" / ".gitignore").exists()
    assert folder.stat().st_mode & 0o077 == 0
    assert (folder / "feedback.db").stat().st_mode & 0o077 == 0


def test_a_folder_that_was_there_is_left_alone(tmp_path: Path) -> None:
    make_file(place_of("feedback.db", tmp_path), create=True)
    assert [path.name for path in tmp_path.iterdir()] == ["feedback.db"]


def test_a_missing_store_is_not_made_to_be_read(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"there is no feedback store at .* yet"):
        make_file(place_of("data/feedback.db", tmp_path), create=False)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be made: Not a directory"):
        make_file(place_of("file/feedback.db", tmp_path), create=True)
