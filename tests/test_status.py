"""The status of the sources, for people and for programs."""

import json
from typing import Any
from xml.etree.ElementTree import Element

from feedhub.model import Site
from feedhub.publish.pages import Pages
from feedhub.publish.status import StatusRow
from tests.markup import (
    ARTICLES,
    CITY,
    classed,
    health,
    hub,
    read,
    text,
)
from tests.samples import MONDAY, TUESDAY, source


def status(*rows: StatusRow, at: Site | None = None) -> tuple[Element, dict[str, Any]]:
    page, facts = Pages(at or hub()).status(rows)
    assert ("status/index.html", "status.json") == (page.name, facts.name)
    return read(page), json.loads(facts.body)


def test_fault_is_told_in_three_languages() -> None:
    tree, facts = status(StatusRow(source=CITY, health=health("tls-expired", state="broken")))
    told = text(classed(tree, "ailment")[0])
    for sentence in (
        "Kaupunki Ei toimi",
        "Sivuston varmenne on vanhentunut.",
        "Webbplatsens certifikat har gått ut.",
        "The site's certificate has expired.",
        "Ask whoever runs the server to renew the certificate.",
    ):
        assert sentence in told
    [known] = facts["sources"]
    assert "Be den som sköter servern förnya certifikatet." == known["remedy"]["sv"]
    assert ("broken", "tls-expired") == (known["state"], known["code"])


def test_unknown_fault_is_told_in_english() -> None:
    row = StatusRow(source=CITY, health=health("brand-new", state="failing"))
    tree, facts = status(row)
    [told] = [each for each in classed(tree, "advice")[0].iter() if each.get("lang")]
    assert ("en", "Something odd. Look at it.") == (told.get("lang"), text(told))
    assert {"Something odd."} == set(facts["sources"][0]["message"].values())


def test_status_page_keeps_secrets() -> None:
    secret = source(
        url="https://user:hunter2@kyla.example.fi/feed/?key=hunter2#hunter2",
        username="user",
        password="hunter2",
        headers=(("X-Key", "hunter2"),),
    )
    odd = health("brand-new", state="failing", message="No: https://user:hunter2@kyla.example.fi/.")
    bodies = [
        each.body.decode() for each in Pages(hub()).status([StatusRow(source=secret, health=odd)])
    ]
    assert not [each for each in bodies if "hunter2" in each]
    assert "https://kyla.example.fi/feed/" in bodies[0]
    folder = Pages(hub()).status([StatusRow(source=ARTICLES, health=odd)])
    assert not [each for each in folder if b"/srv" in each.body]


def test_status_shows_the_worst_first_and_counts_what_is_polled() -> None:
    states = {"a": "quiet", "b": "broken", "c": "ok", "d": "disabled", "e": "failing"}
    rows = [
        StatusRow(
            source=source(name=f"{name}/feed", organization_name=name),
            health=health(
                state if state in {"ok", "disabled", "quiet"} else "timeout", state=state
            ),
        )
        for name, state in states.items()
    ]
    tree, facts = status(*reversed(rows))
    assert ["b/feed", "e/feed", "a/feed"] == [each.get("id") for each in classed(tree, "ailment")]
    assert "Lähteitä 4, joista toimii 2." in text(tree)
    assert [f"{name}/feed" for name in states] == [each["source"] for each in facts["sources"]]


def test_status_tells_since_when_and_until_when() -> None:
    row = StatusRow(
        source=CITY, health=health("dns", state="failing", silent_since=MONDAY), next_poll=TUESDAY
    )
    tree, facts = status(row)
    assert "Toimi viimeksi 23. marraskuuta 2026 klo 10.00" in text(tree)
    assert "Seuraava tarkistus 24. marraskuuta 2026 klo 10.00" in text(tree)
    [known] = facts["sources"]
    assert ("2026-11-23T08:00:00Z", "2026-11-24T08:00:00Z") == (
        known["silent_since"],
        known["next_poll"],
    )


def test_status_without_sources_says_so() -> None:
    tree, facts = status()
    assert "Lähteitä ei ole vielä." in text(tree)
    assert [] == facts["sources"]
