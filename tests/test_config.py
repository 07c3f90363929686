"""The configuration folder: what is accepted, inherited, refused, and how a refusal reads."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from feedhub.config import ConfigError, Settings, load, schemas, state_folder
from feedhub.config.lines import line_of

SHIPPED = Path(__file__).parents[1] / "config"

MAIN = """\
[site]
title = "Uutisvirta"
url = "https://news.example.fi"

[topics.matkailu]
title = "Matkailu"
categories = ["tourism"]
"""

PARTNER = """\
name = "Kylä ry"
language = "fi"
topics = ["matkailu"]
domains = ["Kyla.example.FI"]

[[feeds]]
url = "https://kyla.example.fi/feed/"
"""


def written(folder: Path, main: str = MAIN, **partners: str) -> Path:
    (folder / "organizations").mkdir(parents=True, exist_ok=True)
    (folder / "feedhub.toml").write_text(main, "utf-8")
    for slug, text in partners.items():
        (folder / "organizations" / f"{slug}.toml").write_text(text, "utf-8")
    return folder


def loaded(
    folder: Path, main: str = MAIN, environ: Mapping[str, str] | None = None, **partners: str
) -> Settings:
    return load(written(folder, main, **partners), environ or {})


def refusal(folder: Path, main: str = MAIN, **partners: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(written(folder, main, **partners), {})
    return [str(problem).removeprefix(f"{folder}/") for problem in caught.value.problems]


def test_shipped_configuration_is_sound() -> None:
    settings = load(SHIPPED, {})
    assert settings.site.title == "Lapin kehittämisen uutisvirta"
    assert [each.enabled for each in settings.site.organizations] == [False, False, False, True]
    assert settings.warnings == ()


def test_shipped_comments_name_every_key() -> None:
    text = (SHIPPED / "feedhub.toml").read_text("utf-8")
    sections = schemas()["feedhub.toml"]["$defs"]
    keys = {key for section in sections.values() for key in section["properties"]}
    assert [] == sorted(key for key in keys if f"{key} = " not in text)


def test_defaults_are_those_of_the_design(tmp_path: Path) -> None:
    settings = loaded(tmp_path)
    assert settings.limits.deadline == timedelta(seconds=30)
    assert settings.limits.wire_bytes == 10_000_000
    assert settings.limits.decoded_bytes == 20_000_000
    assert (settings.rules.words, settings.rules.more) == (55, " […]")
    assert settings.publish.entries == 100
    assert settings.dedupe.window == timedelta(days=30)
    assert (settings.serve.host, settings.serve.port) == ("127.0.0.1", 8080)


def test_base_address_ends_with_a_slash(tmp_path: Path) -> None:
    settings = loaded(tmp_path)
    assert settings.site.url == "https://news.example.fi/"
    assert settings.rules.media == "https://news.example.fi/media/"


def test_source_inherits_from_its_organization_and_the_site(tmp_path: Path) -> None:
    (source,) = loaded(tmp_path, kyla=PARTNER).sources
    assert source.name == "kyla/feed"
    assert source.language == "fi"
    assert source.timezone == "Europe/Helsinki"
    assert source.topics == ("matkailu",)
    assert source.domains == ("kyla.example.fi",)
    assert source.republish == "excerpt"
    assert source.interval == timedelta(hours=1)


def test_source_has_its_own_say(tmp_path: Path) -> None:
    own = 'key = "uutiset"\nlanguage = "sv"\ninterval = "2h"\ndates = "first-seen"\n'
    (source,) = loaded(tmp_path, kyla=PARTNER + own).sources
    assert (source.name, source.language) == ("kyla/uutiset", "sv")
    assert (source.interval, source.dates) == (timedelta(hours=2), "first-seen")


def test_keys_count_the_sources_of_a_kind(tmp_path: Path) -> None:
    more = '[[feeds]]\nurl = "https://kyla.example.fi/2/"\n[[articles]]\npath = "a"\n[[articles]]\npath = "b"\n'
    names = [each.name for each in loaded(tmp_path, kyla=PARTNER + more).sources]
    assert names == ["kyla/feed", "kyla/feed-2", "kyla/articles", "kyla/articles-2"]


def test_path_is_relative_to_its_file(tmp_path: Path) -> None:
    partner = 'name = "Kylä"\n[[articles]]\npath = "../articles"\n'
    (source,) = loaded(tmp_path, kyla=partner).sources
    assert source.path == str(tmp_path / "articles")


def test_password_comes_from_the_environment_and_shows_nowhere(tmp_path: Path) -> None:
    secret = 'username = "hub"\npassword_env = "KYLA"\nheaders = { "X-Key" = "env:KYLA_KEY" }\n'
    environ = {"KYLA": "hunter2", "KYLA_KEY": "opensesame"}
    settings = loaded(tmp_path, environ=environ, kyla=PARTNER + secret)
    (source,) = settings.sources
    assert (source.username, source.password) == ("hub", "hunter2")
    assert source.headers == (("X-Key", "opensesame"),)
    assert "hunter2" not in repr(settings)
    assert "opensesame" not in repr(settings)


def test_password_may_be_a_systemd_credential(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "KYLA").write_text("from systemd\n")
    environ = {"KYLA": "from the environment", "CREDENTIALS_DIRECTORY": str(tmp_path / "secrets")}
    secret = 'username = "hub"\npassword_env = "KYLA"\n'
    (source,) = loaded(tmp_path / "config", environ=environ, kyla=PARTNER + secret).sources
    assert source.password == "from systemd"


def test_missing_secret_is_a_warning_with_its_line(tmp_path: Path) -> None:
    settings = loaded(tmp_path, kyla=PARTNER + 'username = "hub"\npassword_env = "KYLA"\n')
    (warning,) = settings.warnings
    assert (warning.line, warning.key) == (9, "feeds.password_env")
    assert "KYLA is not set here" in warning.message


BAD_MAIN = {
    "a line that is no TOML": (
        MAIN + "entries = = 3\n",
        "feedhub.toml:8: not TOML: Invalid value; mend this line",
    ),
    "an unknown key": (
        MAIN + "[publish]\nentires = 5\n",
        "feedhub.toml:9: publish.entires: unknown key; check its spelling, or remove it",
    ),
    "an unknown table": (
        MAIN + "[pubish]\nentries = 5\n",
        "feedhub.toml:8: pubish: unknown key; check its spelling, or remove it",
    ),
    "a missing table": (
        "[serve]\nport = 80\n",
        "feedhub.toml: site: is missing; add it",
    ),
    "a missing key": (
        "# the site\n[site]\nlanguage = 'fi'\n",
        "feedhub.toml:2: site.title: is missing; add it",
    ),
    "a duration without a unit": (
        MAIN + '[poll]\ninterval = "60"\n',
        'feedhub.toml:9: poll.interval: write a duration such as "90s", "30m", "2h" or "7d"',
    ),
    "a number as text": (
        MAIN + '[serve]\nport = "8080"\n',
        "feedhub.toml:9: serve.port: input should be a valid integer",
    ),
    "a port that is none": (
        MAIN + "[serve]\n\nport = 80800\n",
        "feedhub.toml:10: serve.port: input should be less than or equal to 65535",
    ),
    "an address without a scheme": (
        MAIN.replace("https://news", "news"),
        "feedhub.toml:3: site.url: write a whole address that begins with http:// or https://",
    ),
    "a time zone that is none": (
        MAIN.replace("[topics", 'timezone = "Lapland"\n[topics'),
        'feedhub.toml:5: site.timezone: write an IANA time zone such as "Europe/Helsinki"',
    ),
    "a word for a network": (
        MAIN + '[poll]\nallow_networks = ["10.0.0.0/40"]\n',
        "feedhub.toml:9: poll.allow_networks: '10.0.0.0/40' does not appear to be an IPv4 or IPv6 network",
    ),
}


@pytest.mark.parametrize("row", BAD_MAIN)
def test_fault_of_the_main_file_names_line_and_key(row: str, tmp_path: Path) -> None:
    text, expected = BAD_MAIN[row]
    assert [expected] == refusal(tmp_path, text)


BAD_PARTNER = {
    "an unknown key of a feed": (
        PARTNER + 'intervall = "2h"\n',
        "organizations/kyla.toml:8: feeds.intervall: unknown key; check its spelling, or remove it",
    ),
    "the second feed is meant": (
        PARTNER + '\n[[feeds]]\nurl = "ftp://kyla.example.fi/"\n',
        "organizations/kyla.toml:10: feeds.url: write a whole address that begins with http:// or https://",
    ),
    "a topic that the site does not have": (
        PARTNER.replace('"matkailu"', '"kalastus"'),
        "organizations/kyla.toml:3: topics: there is no [topics.kalastus] in feedhub.toml; "
        'add it, or correct "kalastus"',
    ),
    "a key twice": (
        PARTNER + 'key = "a"\n[[feeds]]\nurl = "https://b.example.fi/"\nkey = "a"\n',
        'organizations/kyla.toml:11: feeds.key: "a" is taken; choose another key',
    ),
    "an address twice": (
        PARTNER + '[[feeds]]\nurl = "https://kyla.example.fi/feed/"\n',
        "organizations/kyla.toml:9: feeds.url: the same feed is already in kyla.toml; keep one of the two",
    ),
    "a rule for no field": (
        PARTNER + 'exclude = ["rekry"]\n',
        'organizations/kyla.toml:8: feeds.exclude: write "FIELD: PATTERN", FIELD being one of '
        "title, category, url, text, author",
    ),
}


@pytest.mark.parametrize("row", BAD_PARTNER)
def test_fault_of_a_partner_file_names_line_and_key(row: str, tmp_path: Path) -> None:
    text, expected = BAD_PARTNER[row]
    assert [expected] == refusal(tmp_path, kyla=text)


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    found = refusal(tmp_path, MAIN + "[serve]\nprot = 1\n", kyla=PARTNER + "a = 1\n", toinen="x")
    assert 3 == len(found)


def test_file_name_must_be_a_slug(tmp_path: Path) -> None:
    expected = "name the file with small letters a-z, digits and hyphens only"
    assert [f"organizations/Kylä ry.toml: {expected}"] == refusal(tmp_path, **{"Kylä ry": PARTNER})


def test_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    folder = written(tmp_path)
    (folder / "organizations" / "kyla.toml").write_bytes(PARTNER.encode("latin-1"))
    with pytest.raises(ConfigError, match=r"kyla\.toml: is not UTF-8 text; save it as UTF-8"):
        load(folder, {})


def test_byte_order_mark_is_tolerated(tmp_path: Path) -> None:
    folder = written(tmp_path)
    (folder / "feedhub.toml").write_text("\ufeff" + MAIN, "utf-8")
    assert load(folder, {}).site.title == "Uutisvirta"


def test_state_folder_is_named_or_beside_the_configuration(tmp_path: Path) -> None:
    assert state_folder(tmp_path / "config", {}) == tmp_path / "var"
    assert state_folder(tmp_path, {"STATE_DIRECTORY": "/var/lib/feedhub:/x"}) == Path(
        "/var/lib/feedhub"
    )
    assert state_folder(tmp_path, {"FEEDHUB_STATE": "/srv/hub", "STATE_DIRECTORY": "/x"}) == Path(
        "/srv/hub"
    )


LINES = {
    "a key of a table": ("[a]\nb = 1\nc = 2\n", ("a", "c"), 3),
    "a dotted key": ("a.b = 1\na.c = 2\n", ("a", "c"), 2),
    "a quoted key": ('[a]\n"x y" = 1\n', ("a", "x y"), 2),
    "the second table of an array": ("[[a]]\nb = 1\n[[a]]\nb = 2\n", ("a", 1, "b"), 4),
    "a table below an array": ("[[a]]\n[a.b]\nc = 1\n[[a]]\n[a.b]\nc = 2\n", ("a", 1, "b", "c"), 6),
    "a string over several lines hides no key": ('a = """\nb = 1\n"""\nb = 2\n', ("b",), 4),
    "an absent key has the line of its table": ("x = 1\n[a]\nb = 1\n", ("a", "nothing"), 2),
    "an item of an array has the line of its key": ("[a]\nb = [1, 2]\n", ("a", "b", 1), 2),
    "nothing at all has no line": ("a = 1\n", ("b",), 0),
}


@pytest.mark.parametrize("row", LINES)
def test_line_of_a_value(row: str) -> None:
    text, location, expected = LINES[row]
    assert expected == line_of(text, location)


def test_store_that_there_is_not_is_refused(tmp_path: Path) -> None:
    (said,) = refusal(tmp_path, f'{MAIN}\n[store]\nurl = "postgresql://localhost/feedhub"\n')
    assert said.startswith("feedhub.toml:10: store.url: ")
    assert "records are kept in SQLite in the state folder; remove this line" in said


def test_alarm_that_is_not_sent_yet_is_told_of(tmp_path: Path) -> None:
    settings = loaded(tmp_path, f'{MAIN}\n[alarm]\nmail = "x@example.fi"\n')
    (warning,) = settings.warnings
    assert str(warning).startswith(f"{tmp_path}/feedhub.toml:10: alarm.mail: nothing is sent yet")
