from io import StringIO

import pytest
from rich.console import Console

from app.demo.connection import Patience
from app.demo.progress import Stages


def walk(console: Console, after_seconds: float) -> None:
    with Stages(console, after_seconds) as stages:
        stages.begin("3 regions", 3)
        for _ in range(3):
            stages.advance()
        stages.begin("plan ready", 1)
        stages.advance()


def test_a_terminal_shows_a_bar_for_what_takes_long(caplog: pytest.LogCaptureFixture) -> None:
    screen = StringIO()
    with caplog.at_level("INFO"):
        walk(Console(file=screen, force_terminal=True, width=100), after_seconds=0)

    assert "plan ready" in screen.getvalue()
    assert caplog.messages == []


def test_a_terminal_stays_quiet_for_what_is_quick() -> None:
    screen = StringIO()
    walk(Console(file=screen, force_terminal=True), after_seconds=3600)

    assert screen.getvalue() == ""


def test_elsewhere_each_stage_leaves_one_log_line(caplog: pytest.LogCaptureFixture) -> None:
    screen = StringIO()
    with caplog.at_level("INFO"):
        walk(Console(file=screen), after_seconds=0)

    assert screen.getvalue() == ""
    assert caplog.messages == ["demo: 3 regions", "demo: plan ready"]


def test_a_stage_that_broke_off_is_not_reported_as_done(caplog: pytest.LogCaptureFixture) -> None:
    def break_off() -> None:
        with Stages(Console(file=StringIO()), after_seconds=0) as stages:
            stages.begin("3 regions", 3)
            raise ConnectionError

    with caplog.at_level("INFO"), pytest.raises(ConnectionError):
        break_off()

    assert caplog.messages == []


@pytest.mark.parametrize(
    ("number", "wanted", "seconds"),
    [(2, None, 0.2), (3, None, 0.4), (4, None, 0.8), (9, None, 5.0), (2, 2.0, 2.0), (2, 0.0, 0.0), (2, 60.0, 5.0)],
)
def test_pauses_double_up_to_a_limit_or_are_what_the_server_asks_for(
    number: int, wanted: float | None, seconds: float
) -> None:
    assert Patience().before_try(number, wanted) == pytest.approx(seconds)
