"""Settings: what is wrong is named by its variable, and no value is repeated, as it may be a secret."""

from pathlib import Path

import pytest

from app.errors import InvalidInput
from app.settings import Settings, load_settings


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        (
            "DATABASE_URL",
            "mysql://user:s3cret@host/name",
            "HELIOGRAPH_DATABASE_URL: must be sqlite:///path or postgresql",
        ),
        ("DATABASE_URL", "postgresql://user:s3cret@host:port/name", "HELIOGRAPH_DATABASE_URL: must be sqlite:///path"),
        ("DATABASE_URL", "s3cret", "HELIOGRAPH_DATABASE_URL: must be sqlite:///path"),
        ("DATABASE_URL", "sqlite://", "HELIOGRAPH_DATABASE_URL: must be sqlite:///path"),
        ("SMTP_URL", "http://user:s3cret@host", "HELIOGRAPH_SMTP_URL: The mail server must be smtp://host"),
        ("SMTP_URL", "smtp://user:s3cret@host:s3cret", "HELIOGRAPH_SMTP_URL: The port of the mail server must be"),
        ("SITE_ROOT", "s3cret.example.org", "HELIOGRAPH_SITE_ROOT: must begin with http:// or https://"),
        ("PING_ROOT", "ftp://s3cret", "HELIOGRAPH_PING_ROOT: must begin with http:// or https://"),
        ("MAIL_FROM", "s3cret", "HELIOGRAPH_MAIL_FROM: must hold a mail address"),
        ("MAIL_BOUNCE_DOMAIN", "s3cret@x", "HELIOGRAPH_MAIL_BOUNCE_DOMAIN: must be the domain of mail addresses"),
        ("PING_EMAIL_DOMAIN", "s3cret.", "HELIOGRAPH_PING_EMAIL_DOMAIN: must be the domain of mail addresses"),
        ("PING_SMTP_PORT", "s3cret", "HELIOGRAPH_PING_SMTP_PORT: Input should be a valid integer"),
        ("PING_SMTP_PORT", "2525", "HELIOGRAPH_PING_EMAIL_DOMAIN: must be set together with HELIOGRAPH_PING_SMTP_PORT"),
        ("CORS_ORIGIN", "https://s3cret/path", "HELIOGRAPH_CORS_ORIGIN: must be * or an origin such as"),
        ("FORCE_HTTPS", "s3cret", "HELIOGRAPH_FORCE_HTTPS: Input should be a valid boolean"),
        ("LOG_LEVEL", "s3cret", "HELIOGRAPH_LOG_LEVEL: must be DEBUG, INFO"),
        ("PING_BODY_LIMIT", "s3cret", "HELIOGRAPH_PING_BODY_LIMIT: Input should be a valid integer"),
        ("ALLOW_PRIVATE_TARGETS", "s3cret", "HELIOGRAPH_ALLOW_PRIVATE_TARGETS: Input should be a valid boolean"),
    ],
)
def test_a_wrong_setting_is_named_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(f"HELIOGRAPH_{name}", value)

    with pytest.raises(InvalidInput) as caught:
        load_settings()

    assert caught.value.message.startswith(sentence)
    assert "s3cret" not in caught.value.message


def test_the_domains_of_mailboxes_are_kept_in_lower_case() -> None:
    settings = Settings(_env_file=None, ping_email_domain="Ping.Example.ORG", mail_bounce_domain="LOCALHOST")

    assert (settings.ping_email_domain, settings.mail_bounce_domain) == ("ping.example.org", "localhost")


def test_every_wrong_setting_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELIOGRAPH_LOG_LEVEL", "loud")
    monkeypatch.setenv("HELIOGRAPH_SITE_ROOT", "example.org")

    with pytest.raises(InvalidInput, match=r"HELIOGRAPH_SITE_ROOT.*; HELIOGRAPH_LOG_LEVEL"):
        load_settings()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings = Settings(data_dir=tmp_path / "file" / "data")

    with pytest.raises(InvalidInput, match=r"file/data: Not a directory\. HELIOGRAPH_DATA_DIR"):
        settings.make_data_dir()
    with pytest.raises(InvalidInput, match="HELIOGRAPH_DATA_DIR"):
        _ = settings.site_secret


def test_no_folder_is_made_where_nothing_is_kept(tmp_path: Path) -> None:
    data = tmp_path / "data"

    Settings(data_dir=data, database_url="postgresql://host/name", secret_key="given").make_data_dir()  # type: ignore[arg-type]  # pydantic turns it into a secret

    assert not data.exists()
