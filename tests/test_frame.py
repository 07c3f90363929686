"""What holds for every page of the site, and how it looks."""

import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path
from posixpath import join, normpath
from urllib.parse import urlsplit

import pytest

from feedhub.model import Site, Topic
from feedhub.publish.channels import channels
from feedhub.publish.sheet import FORMATS
from tests.markup import (
    every_page,
    html_pages,
    hub,
    text,
)

STATIC = Path(__file__).parents[1] / "feedhub" / "publish" / "static"


@pytest.mark.parametrize("language", ["fi", "sv", "en", "se", "nb"])
def test_every_page_is_sound_for_a_strict_parser(language: str) -> None:
    for name, tree in html_pages(every_page(hub(language=language), searchable=True)):
        identifiers = [each.get("id") for each in tree.iter() if each.get("id")]
        assert len(set(identifiers)) == len(identifiers), name
        assert all(each.get("alt") is not None for each in tree.iter("img")), name
        assert tree.get("lang"), name
        assert text(tree.find(".//title")), name


def test_headings_are_in_order() -> None:
    for name, tree in html_pages(every_page(hub())):
        levels = [int(each.tag[1]) for each in tree.iter() if re.fullmatch(r"h[1-6]", each.tag)]
        assert 1 == levels[0], name
        assert 1 == levels.count(1), name
        assert all(after - before <= 1 for before, after in pairwise(levels)), name


def test_first_link_skips_to_the_content() -> None:
    for name, tree in html_pages(every_page(hub())):
        first = next(tree.iter("a"))
        assert "#content" == first.get("href"), name
        assert "main" == next(each.tag for each in tree.iter() if each.get("id") == "content")


def test_nothing_needs_a_script() -> None:
    for name, tree in html_pages(every_page(hub(), searchable=True)):
        assert not list(tree.iter("script")), name
        assert not [each for each in tree.iter() if each.get("style")], name
        assert not [key for each in tree.iter() for key in each.attrib if key.startswith("on")]


def test_every_link_inside_the_site_leads_to_a_file() -> None:
    at = hub()
    outputs = every_page(at)
    feeds = {f"{each.prefix}{form.address}" for each in channels(at) for form in FORMATS}
    there = {each.name for each in outputs} | feeds | {"opml.xml"}
    for name, tree in html_pages(outputs):
        for link in [*tree.iter("a"), *tree.iter("link")]:
            target = _target(name, link.get("href", ""), at)
            assert target is None or target in there, f"{name}: {link.get('href')}"


def _target(name: str, href: str, at: Site) -> str | None:
    """The published file that a link on a page leads to; None when it leads elsewhere."""
    below = href.removeprefix(at.url)
    if below == href and (urlsplit(href).scheme or href.startswith("#")):
        return None
    base = "" if below != href or href.startswith("/") else name
    path = join("/", base.rpartition("/")[0], below.lstrip("/") if not base else below)
    return (normpath(path) + ("/index.html" if path.endswith("/") else "")).lstrip("/")


def test_same_stories_give_the_same_bytes() -> None:
    assert every_page(hub()) == every_page(hub())


def test_pages_work_below_any_path() -> None:
    at = hub(url="https://example.fi/uutiset/")
    for name, tree in html_pages(every_page(at)):
        sheet = next(each for each in tree.iter("link") if each.get("rel") == "stylesheet")
        absolute = name in {"404.html", "search"}
        expected = "/uutiset/" if absolute else "../" * name.count("/") or "./"
        assert f"{expected}static/feedhub.css" == sheet.get("href")


# Looks


def _contrast(one: str, other: str) -> float:
    """WCAG 2.2: the ratio of relative luminances."""
    darker, lighter = sorted(map(_luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    whole = digits if len(digits) == 6 else "".join(each * 2 for each in digits)
    parts = [int(whole[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_colours_have_enough_contrast(scheme: int) -> None:
    style = (STATIC / "feedhub.css").read_text("utf-8")
    block = re.findall(r":root \{(.*?)\}", style, re.DOTALL)[scheme]
    colour = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", block))
    for text_colour in ("ink", "soft", "accent", "good", "warn", "bad"):
        for ground in ("paper", "raised"):
            assert _contrast(colour[text_colour], colour[ground]) >= 4.5, (text_colour, ground)
    assert _contrast(colour["on-accent"], colour["accent"]) >= 4.5


HARNESS = """<!doctype html><body>{frames}<script>
onload = () => {{ document.title = [...document.querySelectorAll("iframe")].map(frame =>
  frame.name + "=" + frame.contentDocument.documentElement.scrollWidth).join(" ") }}
</script>"""
PHONE = 360
"""CSS pixels."""


@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs chromium")
def test_no_page_scrolls_sideways_on_a_phone(tmp_path: Path) -> None:
    topic = Topic(slug="matkailu", title="Matkailuelinkeinonharjoittajayhdistystoiminta ja muu")
    outputs = every_page(hub(topics=(topic,)), searchable=True)
    for each in outputs:
        (tmp_path / each.name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / each.name).write_bytes(each.body)
    # One of each kind; the others have the same template.
    same = re.compile(r"(languages|organizations)/|archive/2026/1[02]|404")
    names = [x.name for x in outputs if x.name.endswith(".html") and not same.match(x.name)]
    frames = (f'<iframe name="{name}" src="{name}" width="{PHONE}"></iframe>' for name in names)
    harness = tmp_path / "harness.html"
    harness.write_text(HARNESS.format(frames="".join(frames)), "utf-8")
    widths = dict(re.findall(r"([\w/.-]+\.html)=(\d+)", _rendered(harness, tmp_path)))
    assert dict.fromkeys(names, str(PHONE)) == widths


def _rendered(page: Path, folder: Path) -> str:
    """The page's elements after its script has run."""
    switches = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]
    switches += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    switches += ["--hide-scrollbars", "--allow-file-access-from-files"]
    switches += [f"--user-data-dir={folder / 'profile'}"]
    line = ["chromium", *switches, "--dump-dom", page.as_uri()]
    return subprocess.run(line, capture_output=True, text=True, timeout=60, check=True).stdout
