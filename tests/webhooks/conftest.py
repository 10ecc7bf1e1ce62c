"""An installation that may deliver to this machine, and somebody there who listens."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi import FastAPI

from app.main import create_app
from app.runtime.auth import TokenKey
from app.runtime.database import Database
from app.runtime.settings import Settings
from app.webhooks.outbound import Outbound, install_outbound
from app.webhooks.secret_box import SecretBox
from tests.webhooks.receiver import Receiver, receiving


@pytest.fixture
def application(settings: Settings, database: Database, token_key: TokenKey) -> FastAPI:
    return create_app(replace(settings, webhook_trials=True), database, token_key)


@pytest.fixture
def outbound(token_key: TokenKey) -> Outbound:
    chosen = Outbound(SecretBox(token_key.private), trials=True)
    install_outbound(chosen)
    return chosen


@pytest.fixture
def receiver(outbound: Outbound) -> Iterator[Receiver]:
    with receiving() as opened:
        yield opened
