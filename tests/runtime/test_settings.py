"""Settings are read once, checked, and never show a secret."""

import pytest

from app.runtime.settings import Settings, SettingsError


def test_everything_has_a_default() -> None:
    settings = Settings.from_env({})
    assert (settings.host, settings.port, settings.database_url) == ("127.0.0.1", 8000, None)
    assert settings.data.is_absolute()


def test_webhooks_lead_to_this_machine_in_trials_alone() -> None:
    assert not Settings.from_env({}).webhook_trials
    assert not Settings.from_env({"DOORSTEP_WEBHOOK_TRIALS": "0"}).webhook_trials
    assert Settings.from_env({"DOORSTEP_WEBHOOK_TRIALS": "1"}).webhook_trials


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DOORSTEP_PORT", "eighty"),
        ("DOORSTEP_PORT", "70000"),
        ("DOORSTEP_PORT", "-1"),
        ("DOORSTEP_BODY_LIMIT_BYTES", "0"),
        ("DOORSTEP_LOG_LEVEL", "LOUD"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_env({name: value})


def test_a_key_in_the_place_of_its_path_is_refused_and_not_repeated() -> None:
    with pytest.raises(SettingsError, match="path of a file") as refused:
        Settings.from_env({"DOORSTEP_SIGNING_KEY": "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----"})
    assert "c2VjcmV0" not in str(refused.value)


def test_the_password_is_not_shown() -> None:
    settings = Settings.from_env({"DOORSTEP_DATABASE_URL": "postgresql://doorstep:secret@db.example/doorstep"})
    assert "secret" not in repr(settings)
    assert "db.example" in repr(settings)
