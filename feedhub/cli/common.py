"""What the commands share: settings, the store, errors in words, exit codes."""

import json
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from feedhub.config import Settings
    from feedhub.store import Store

FOUND_FAULTS = 1
BAD_CONFIGURATION = 2
BAD_STORE = 3


def fail(message: str, code: int) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(code)


@contextmanager
def errors_named() -> Iterator[None]:
    """Turn what stops the program into its message and exit code."""
    from feedhub.config import ConfigError
    from feedhub.pipeline.lock import CannotStart
    from feedhub.store import StoreError

    try:
        yield
    except (ConfigError, CannotStart) as error:
        fail(str(error), BAD_CONFIGURATION)
    except StoreError as error:
        fail(str(error), BAD_STORE)


def settings_of(folder: Path) -> "Settings":
    """The checked settings; ends the program when there are none."""
    from feedhub.config import load

    if not folder.is_dir():
        advice = "name another with --config, or write one with `feedhub init`"
        fail(f"{folder}: there is no configuration folder here; {advice}", BAD_CONFIGURATION)
    with errors_named():
        return load(folder)


@contextmanager
def opened(folder: Path) -> Iterator[tuple["Settings", "Store"]]:
    from feedhub.store.sqlite import SqliteStore

    settings = settings_of(folder)
    with errors_named(), closing(SqliteStore(settings.state)) as store:
        yield settings, store


def json_line(record: Any) -> str:
    return json.dumps(record, ensure_ascii=False)
