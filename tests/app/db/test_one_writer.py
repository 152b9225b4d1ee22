"""One process at a time serves a SQLite file; who ends lets the next one in."""

from pathlib import Path

import pytest

from app.db.engine import database_url
from app.db.one_writer import one_writer
from app.errors import Conflict, InvalidInput


def test_a_second_writer_is_refused_until_the_first_has_ended(tmp_path: Path) -> None:
    url = database_url(f"sqlite:///{tmp_path / 'site.sqlite3'}")

    with one_writer(url), pytest.raises(Conflict, match=r"site\.sqlite3, and SQLite has room for one"), one_writer(url):
        pytest.fail("two writers")
    with one_writer(url):
        assert (tmp_path / "site.sqlite3.lock").exists()


def test_writers_of_other_files_are_let_in(tmp_path: Path) -> None:
    with (
        one_writer(database_url(f"sqlite:///{tmp_path / 'a'}")),
        one_writer(database_url(f"sqlite:///{tmp_path / 'b'}")),
    ):
        assert sorted(file.name for file in tmp_path.iterdir()) == ["a.lock", "b.lock"]


def test_postgresql_needs_no_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    url = database_url("postgresql://host/name")

    with one_writer(url), one_writer(url):
        assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    url = database_url(f"sqlite:///{tmp_path / 'missing' / 'site.sqlite3'}")

    with pytest.raises(InvalidInput, match=r"missing/site\.sqlite3\.lock: No such file or directory"), one_writer(url):
        pytest.fail("a lock in no folder")
