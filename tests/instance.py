"""A small configuration folder for tests that run the program."""

from collections.abc import Iterable
from pathlib import Path

MAIN = """\
[site]
title = "Uutisvirta"
url = "https://news.example.fi/"

[topics.matkailu]
title = "Matkailu"
categories = ["tourism"]

[poll]
interval = "1h"
host_delay = "0s"
allow_networks = ["127.0.0.0/8"]

[serve]
port = 0
"""


def instance(folder: Path, **partners: str) -> Path:
    """Write the main file and these organizations; returns the configuration folder."""
    config = folder / "config"
    (config / "organizations").mkdir(parents=True)
    (config / "feedhub.toml").write_text(MAIN, "utf-8")
    for slug, text in partners.items():
        (config / "organizations" / f"{slug}.toml").write_text(text, "utf-8")
    return config


def feeds(name: str, addresses: Iterable[str]) -> str:
    """An organization's file with a feed at each address."""
    tables = "".join(f'[[feeds]]\nurl = "{address}"\n' for address in addresses)
    return f'name = "{name}"\nhomepage = "https://kyla.example.fi/"\nlanguage = "fi"\n{tables}'


def articles(name: str, folder: Path) -> str:
    """An organization's file with a folder of articles."""
    return f'name = "{name}"\nlanguage = "fi"\n[[articles]]\npath = "{folder}"\n'
