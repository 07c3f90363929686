"""The commands as their users meet them: what they print, and how they end."""

import json
import os
import sqlite3
from pathlib import Path

import pytest

from tests.instance import articles, feeds, instance
from tests.loopback import partner, rss
from tests.program import feedhub

BRIDGE = ("/silta/", "Kylän uusi silta avattiin", "Silta lyhentää koulumatkaa kuusi kilometriä.")
SCHOOL = ("/koulu/", "Koulu saa uuden katon", "Katto vaihdetaan kesän aikana.")


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FEEDHUB_STATE", str(tmp_path / "var"))
    return tmp_path / "var"


def test_poll_says_a_line_a_source_and_the_lists_show_what_came(tmp_path: Path) -> None:
    with partner({"/feed/": rss(BRIDGE, SCHOOL)}) as kyla:
        config = instance(tmp_path, kyla=feeds("Kyläyhdistys", [kyla.address("/feed/")]))
        polled = feedhub(config, "poll")
        assert (0, "") == (polled.returncode, polled.stderr)
        assert "kyla/feed: 2 entries, 2 new, 0 changed\n" == polled.stdout

        again = feedhub(config, "poll")
        assert "No source is due; `feedhub poll --all` polls every source now.\n" == again.stdout
        assert "kyla/feed: unchanged\n" == feedhub(config, "poll", "kyla").stdout

        entries = [json.loads(line) for line in lines(config, "entries", "--json")]
        assert {BRIDGE[1], SCHOOL[1]} == {each["title"] for each in entries}
        stories = [json.loads(line) for line in lines(config, "stories", "--json")]
        assert {each["story"] for each in entries} == {each["id"] for each in stories}
        keys = ["id", "title", "url", "published", "updated", "language", "topics", "excerpt"]
        assert [*keys, "face", "members"] == list(stories[0])[:10]
        assert 1 == len(lines(config, "stories", "--limit", "1"))
        assert [] == lines(config, "entries", "--source", "kyla/none")
        (source,) = lines(config, "sources")
        assert source.startswith("kyla/feed: ok: 2 entries, last good 20")


def lines(config: Path, *words: str) -> list[str]:
    done = feedhub(config, *words)
    assert (0, "") == (done.returncode, done.stderr)
    return done.stdout.splitlines()


def test_broken_feed_is_named_and_nothing_kept_is_lost(tmp_path: Path) -> None:
    with partner({"/feed/": rss(BRIDGE)}) as kyla:
        config = instance(tmp_path, kyla=feeds("Kyläyhdistys", [kyla.address("/feed/")]))
        feedhub(config, "poll")
        before = lines(config, "stories", "--json")
        for broken in (b"", b"<!doctype html><html><body>Huolto</body></html>", b"<rss"):
            kyla.pages["/feed/"] = broken
            polled = feedhub(config, "poll", "kyla", "--strict")
            assert 1 == polled.returncode
            assert polled.stdout.startswith("kyla/feed: failed: ")
            assert before == lines(config, "stories", "--json")
        kyla.pages.clear()
        gone = feedhub(config, "poll", "kyla")
        assert 0 == gone.returncode
        assert "There is no feed at this address." in gone.stdout
        assert before == lines(config, "stories", "--json")
        (facts,) = (json.loads(line) for line in lines(config, "sources", "--json"))
        assert ("failing", "http-404") == (facts["state"], facts["fault"])
        assert facts["remedy"]


def test_missing_folder_of_articles_is_a_fault_with_a_remedy(tmp_path: Path) -> None:
    config = instance(tmp_path, toimitus=articles("Toimitus", tmp_path / "none"))
    checked = feedhub(config, "check")
    assert 1 == checked.returncode
    assert "toimitus/articles: " in checked.stderr
    assert "there is no such folder; make it" in checked.stderr
    polled = feedhub(config, "poll")
    assert 0 == polled.returncode
    assert "toimitus/articles: failed: " in polled.stdout


@pytest.mark.parametrize("words", [["poll"], ["run"], ["publish"], ["check"], ["stories"]])
def test_broken_configuration_ends_every_command_with_file_line_and_key(
    tmp_path: Path, words: list[str]
) -> None:
    config = instance(tmp_path)
    with (config / "feedhub.toml").open("a") as file:
        file.write("[publish]\nentires = 5\n")
    refused = feedhub(config, *words)
    assert 2 == refused.returncode
    assert f"{config}/feedhub.toml:17: publish.entires: unknown key" in refused.stderr
    assert "" == refused.stdout


def test_toml_that_is_none_is_named_by_its_line(tmp_path: Path) -> None:
    config = instance(tmp_path, kyla='name = "Kylä\n')
    refused = feedhub(config, "check")
    assert 2 == refused.returncode
    assert f"{config}/organizations/kyla.toml:1: " in refused.stderr


def test_unknown_source_is_refused_and_the_known_ones_are_named(tmp_path: Path) -> None:
    config = instance(tmp_path, kyla=feeds("Kylä", ["https://kyla.example.fi/feed/"]))
    refused = feedhub(config, "poll", "kaupunki")
    assert 2 == refused.returncode
    assert "kaupunki: there is no such source; there are: kyla/feed\n" == refused.stderr


def test_no_configuration_folder_is_said_with_what_to_do(tmp_path: Path) -> None:
    refused = feedhub(tmp_path / "none", "poll")
    assert 2 == refused.returncode
    assert "there is no configuration folder here" in refused.stderr


def test_damaged_store_is_left_as_it_is(tmp_path: Path, state: Path) -> None:
    config = instance(tmp_path)
    state.mkdir()
    store = state / "feedhub.sqlite3"
    store.write_bytes(b"this is no database" * 100)
    refused = feedhub(config, "poll")
    assert 3 == refused.returncode
    assert f"{store}: the file is damaged" in refused.stderr
    assert b"this is no database" * 100 == store.read_bytes()


def test_store_of_a_newer_version_is_refused(tmp_path: Path, state: Path) -> None:
    config = instance(tmp_path)
    feedhub(config, "poll")
    with sqlite3.connect(state / "feedhub.sqlite3") as store:
        store.execute("PRAGMA user_version = 999")
    store.close()
    refused = feedhub(config, "stories")
    assert 3 == refused.returncode
    assert "newer feedhub" in refused.stderr


def test_check_online_tries_every_source_and_keeps_nothing(tmp_path: Path, state: Path) -> None:
    with partner({"/feed/": rss(BRIDGE)}) as kyla:
        addresses = [kyla.address("/feed/"), kyla.address("/none/")]
        off = feeds("Kylä", addresses).replace("[[feeds]]", "enabled = false\n[[feeds]]", 1)
        checked = feedhub(instance(tmp_path, kyla=off), "check", "--online")
        assert 1 == checked.returncode
        assert "kyla/feed: 1 entries" in checked.stdout
        assert "kyla/feed-2: failed: " in checked.stdout
    assert not (state / "feedhub.sqlite3").exists()


def test_publish_renders_everything_anew(tmp_path: Path, state: Path) -> None:
    with partner({"/feed/": rss(BRIDGE)}) as kyla:
        config = instance(tmp_path, kyla=feeds("Kyläyhdistys", [kyla.address("/feed/")]))
        feedhub(config, "poll")
    before = (state / "public" / "atom.xml").read_bytes()
    (state / "public" / "atom.xml").unlink()
    done = feedhub(config, "publish")
    assert 0 == done.returncode
    assert "files rendered, 1 changed" in done.stdout
    assert before == (state / "public" / "atom.xml").read_bytes()


def test_operator_hides_a_story_and_asks_why_it_is_gone(tmp_path: Path, state: Path) -> None:
    atom = state / "public" / "atom.xml"
    with partner({"/feed/": rss(BRIDGE, SCHOOL)}) as kyla:
        config = instance(tmp_path, kyla=feeds("Kyläyhdistys", [kyla.address("/feed/")]))
        feedhub(config, "poll")
        address = f"https://kyla.example.fi{BRIDGE[0]}"
        assert "It is published since " in lines(config, "explain", address)[0]

        assert lines(config, "hide", address)[0].startswith("hidden: urn:uuid:")
        assert BRIDGE[1] not in atom.read_text("utf-8")
        assert SCHOOL[1] in atom.read_text("utf-8")
        told = lines(config, "explain", address)
        assert "It is not published: an operator has hidden its story." == told[0]
        feedhub(config, "poll", "kyla")
        assert BRIDGE[1] not in atom.read_text("utf-8")

        lines(config, "unhide", address)
        assert BRIDGE[1] in atom.read_text("utf-8")

        both = [f"https://kyla.example.fi{each[0]}" for each in (BRIDGE, SCHOOL)]
        assert lines(config, "join", *both)[0].startswith("joined: ")
        assert 1 == len(lines(config, "stories"))
        assert lines(config, "split", both[1])[0].startswith("split: ")
        assert 2 == len(lines(config, "stories"))
    unknown = feedhub(config, "hide", "https://kyla.example.fi/never/")
    assert 2 == unknown.returncode
    assert "no entry has this id or address" in unknown.stderr


def test_secret_is_shown_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KYLA_PASSWORD", "kissankello")
    with partner({"/feed/": rss(BRIDGE)}) as kyla:
        feed = feeds("Kylä", [kyla.address("/feed/"), kyla.address("/none/")])
        secret = 'username = "aili"\npassword_env = "KYLA_PASSWORD"\n'
        config = instance(tmp_path, kyla=feed + secret)
        said = [feedhub(config, *words) for words in (["poll"], ["sources", "--json"], ["check"])]
        assert any("authorization" in each.headers for each in kyla.requests)
        assert not [each for each in said if "kissankello" in each.stdout + each.stderr]
    files = (path for path in (tmp_path / "var").rglob("*") if path.is_file())
    assert not [path for path in files if b"kissankello" in path.read_bytes()]


def test_schema_describes_both_kinds_of_file(tmp_path: Path) -> None:
    schema = json.loads(feedhub(instance(tmp_path), "schema").stdout)
    assert {"feedhub.toml", "organizations/SLUG.toml"} == schema.keys()


def test_new_instance_starts_from_the_shipped_configuration(tmp_path: Path) -> None:
    target = tmp_path / "new" / "config"
    done = feedhub(tmp_path / "none", "init", str(target))
    assert (0, "") == (done.returncode, done.stderr)
    assert "sound. 4 organizations" in feedhub(target, "check").stdout
    (target / "feedhub.toml").write_text("# mine")
    again = feedhub(tmp_path / "none", "init", str(target))
    assert 2 == again.returncode
    assert "there is something already" in again.stderr
    assert "# mine" == (target / "feedhub.toml").read_text()


def test_home_page_becomes_an_organization_with_its_feed(tmp_path: Path) -> None:
    page = b"""<!doctype html><title>Kyl\xc3\xa4</title>
    <link rel="alternate" type="application/rss+xml" href="/syote.xml">"""
    with partner({"/": page, "/syote.xml": rss(BRIDGE)}) as kyla:
        config = instance(tmp_path)
        planned = feedhub(config, "add", kyla.address("/"), "--dry-run")
        assert 0 == planned.returncode
        assert "Kylän uutiset (rss, 1 entries)" in planned.stdout
        assert [] == list((config / "organizations").iterdir())

        done = feedhub(config, "add", kyla.address("/"), "--organization", "kyla")
        assert (0, "") == (done.returncode, done.stderr)
        text = (config / "organizations" / "kyla.toml").read_text("utf-8")
        assert f'url = "{kyla.address("/syote.xml")}"' in text
        assert "kyla/feed: 1 entries, 1 new, 0 changed\n" == feedhub(config, "poll").stdout

        again = feedhub(config, "add", kyla.address("/"), "--organization", "kyla")
        assert "is configured already" in again.stdout
        nothing = feedhub(config, "add", kyla.address("/none/"))
        assert 1 == nothing.returncode
        assert "none/: " in nothing.stderr


def test_sources_go_out_as_a_list_and_come_in_again(tmp_path: Path) -> None:
    addresses = ["https://kyla.example.fi/feed/", "https://kyla.example.fi/blogi/feed/"]
    config = instance(tmp_path / "a", kyla=feeds("Kylä <ry> & muut", addresses))
    exported = feedhub(config, "opml", "export")
    file = tmp_path / "list.opml"
    file.write_text(exported.stdout, "utf-8")
    other = instance(tmp_path / "b")
    done = feedhub(other, "opml", "import", str(file))
    assert (0, "") == (done.returncode, done.stderr)
    sources = [json.loads(line) for line in lines(other, "sources", "--json")]
    assert addresses == [each["address"] for each in sources]
    assert "Kylä <ry> & muut" == sources[0]["organization"]
    assert (
        exported.stdout.partition("<body>")[2]
        == feedhub(other, "opml", "export").stdout.partition("<body>")[2]
    )

    file.write_text("<html/>", "utf-8")
    refused = feedhub(other, "opml", "import", str(file))
    assert (2, f"{file}: it is no OPML\n") == (refused.returncode, refused.stderr)


def test_help_needs_no_configuration(tmp_path: Path) -> None:
    shown = feedhub(tmp_path / "none", "--help")
    assert 0 == shown.returncode
    assert os.linesep.join(["Commands:"]) in shown.stdout
