"""Opening a site: what is in its way is said in a sentence, with no secret in it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.errors import Conflict, Unavailable
from app.opening import opened
from app.provisioning.make import make_project
from app.settings import Settings
from app.store.keys import any_ping_key


def settings_for(folder: Path, **more: object) -> Settings:
    return Settings.model_validate({"data_dir": folder, "secret_key": "one secret", **more})


async def test_a_fresh_folder_becomes_a_site_also_when_the_secret_is_given(tmp_path: Path) -> None:
    async with opened(settings_for(tmp_path / "fresh")) as site:
        made = await make_project(site, "Ops")
        kept = await any_ping_key(site.database, site.vault)

    assert kept == made["keys"]["ping"]


async def test_another_secret_than_the_database_was_filled_with_is_refused(tmp_path: Path) -> None:
    async with opened(settings_for(tmp_path)) as site:
        await make_project(site, "Ops")

    with pytest.raises(Conflict, match=r"set HELIOGRAPH_SECRET_KEY to that one, or put .*secret\.key back"):
        async with opened(settings_for(tmp_path, secret_key="another")):
            pytest.fail("opened with another secret")


async def test_a_database_of_a_newer_release_is_refused(tmp_path: Path) -> None:
    async with opened(settings_for(tmp_path)):
        pass
    with closing(sqlite3.connect(tmp_path / "heliograph.sqlite3")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(Conflict, match="newer Heliograph \\(its shape is 9999\\)"):
        async with opened(settings_for(tmp_path)):
            pytest.fail("opened a newer database")


async def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "heliograph.sqlite3").write_bytes(b"no database at all " * 1000)

    with pytest.raises(Unavailable, match=r"heliograph\.sqlite3 does not open: file is not a database"):
        async with opened(settings_for(tmp_path)):
            pytest.fail("opened what is no database")


@pytest.mark.parametrize(
    ("user", "host", "reason"),
    [("user:s3cret", "127.0.0.1:1", "Connect call failed"), ("user:s3cret", "nowhere.invalid", "not known")],
)
async def test_a_server_that_does_not_answer_is_named_without_its_password(
    tmp_path: Path, user: str, host: str, reason: str
) -> None:
    with pytest.raises(Unavailable, match=reason) as caught:
        async with opened(settings_for(tmp_path, database_url=f"postgresql://{user}@{host}/name")):
            pytest.fail("opened a database that is not there")

    assert host.partition(":")[0] in caught.value.message
    assert "s3cret" not in caught.value.message


async def test_a_database_that_the_server_does_not_have_is_named(tmp_path: Path, postgresql_url: str) -> None:
    url = postgresql_url.replace("/postgres?", "/missing?")

    with pytest.raises(Unavailable, match='database "missing" does not exist'):
        async with opened(settings_for(tmp_path, database_url=url)):
            pytest.fail("opened a database that is not there")
