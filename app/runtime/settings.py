"""The settings of one installation, read once from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit


class SettingsError(ValueError):
    """A setting that cannot be used; the message names the variable."""


@dataclass(frozen=True)
class Settings:
    """What an operator may decide; every field is `DOORSTEP_<NAME>` in the environment.

    `database_url` None means: run the embedded PostgreSQL in `data`.
    `calendars` is a folder with calendar files, such as CN/2027.yaml, that correct those of the package.
    `webhook_trials` lets webhooks point to this machine, by http too.
    `signing_key` is the path of an Ed25519 private key (PEM); None means one made in `data`.
    """

    database_url: str | None = None
    data: Path = Path(".doorstep")
    host: str = "127.0.0.1"
    port: int = 8000
    signing_key: Path | None = None
    calendars: Path | None = None
    body_limit_bytes: int = 8_000_000
    solver_processes: int = 1
    log_level: str = "INFO"
    demo: bool = False
    webhook_trials: bool = False

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Read all settings; raises SettingsError naming the variable that is wrong."""
        return cls(
            database_url=environ.get("DOORSTEP_DATABASE_URL") or None,
            data=Path(environ.get("DOORSTEP_DATA") or ".doorstep").absolute(),
            host=environ.get("DOORSTEP_HOST") or "127.0.0.1",
            port=_integer(environ, "DOORSTEP_PORT", 8000, 0, 65535),
            signing_key=_key_file(environ.get("DOORSTEP_SIGNING_KEY")),
            calendars=Path(folder).absolute() if (folder := environ.get("DOORSTEP_CALENDARS")) else None,
            body_limit_bytes=_integer(environ, "DOORSTEP_BODY_LIMIT_BYTES", 8_000_000, 1_000, 1_000_000_000),
            solver_processes=_integer(environ, "DOORSTEP_SOLVER_PROCESSES", 1, 1, 64),
            log_level=_level(environ.get("DOORSTEP_LOG_LEVEL") or "INFO"),
            demo=_switch(environ, "DOORSTEP_DEMO"),
            webhook_trials=_switch(environ, "DOORSTEP_WEBHOOK_TRIALS"),
        )

    def __repr__(self) -> str:
        shown = {field.name: getattr(self, field.name) for field in fields(self)}
        shown["database_url"] = self.database_url and _without_secrets(self.database_url)
        return "Settings(" + ", ".join(f"{name}={value!r}" for name, value in shown.items()) + ")"


def _integer(environ: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = environ.get(name)
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise SettingsError(f"{name} must be a whole number from {low} to {high}, not {text!r}")
    return int(text)


def _switch(environ: Mapping[str, str], name: str) -> bool:
    return (environ.get(name) or "").lower() in {"1", "true", "yes"}


def _key_file(text: str | None) -> Path | None:
    if text and "-----BEGIN" in text:  # never repeated in an error: it is the secret itself
        raise SettingsError("DOORSTEP_SIGNING_KEY must be the path of a file with the key, not the key itself")
    return Path(text) if text else None


def _level(text: str) -> str:
    if text.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise SettingsError(f"DOORSTEP_LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR, not {text!r}")
    return text.upper()


def _without_secrets(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://***@{parts.hostname or ''}{parts.path}"
