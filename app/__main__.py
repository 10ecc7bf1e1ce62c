"""`python -m app`: everything that can be started."""

import argparse
import os
import sys
from collections.abc import Sequence

from sqlalchemy.exc import OperationalError

from app import commands
from app.compliance.calendar_files import CalendarError
from app.optimiser import command as planner
from app.runtime.jobs import EngineStopped
from app.runtime.settings import Settings, SettingsError


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m app", description="Doorstep: field visits for overdue loans.")
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    commands.add_commands(subparsers)
    planner.add_commands(subparsers)
    chosen = parser.parse_args(arguments)
    try:
        if "settings" in chosen:
            chosen.settings = Settings.from_env(os.environ)
        code: int = chosen.run(chosen)
    except (SettingsError, CalendarError, commands.CommandError, EngineStopped) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except OperationalError as error:
        reason = str(error.orig).splitlines()[0]
        sys.stderr.write(f"the database cannot be used: {reason}; check DOORSTEP_DATABASE_URL\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return code


if __name__ == "__main__":
    sys.exit(main())
