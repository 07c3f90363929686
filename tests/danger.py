"""What is dangerous in HTML, as a browser's parser reads it: a judge that shares no code or list
with the cleaner."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

import html5lib

HTML = "{http://www.w3.org/1999/xhtml}"
ELEMENTS = {
    "applet", "area", "audio", "base", "body", "button", "canvas", "dialog", "embed", "form",
    "frame", "frameset", "head", "html", "iframe", "input", "link", "map", "marquee", "math",
    "meta", "noembed", "noframes", "noscript", "object", "option", "param", "picture",
    "plaintext", "script", "select", "slot", "source", "style", "svg", "template", "textarea",
    "title", "video", "xmp",
}  # fmt: skip
ADDRESSES = {
    "action", "archive", "background", "cite", "classid", "codebase", "data", "dynsrc",
    "formaction", "href", "icon", "longdesc", "lowsrc", "manifest", "ping", "poster", "profile",
    "src", "usemap",
}  # fmt: skip
ATTRIBUTES = {"class", "id", "is", "name", "slot", "srcdoc", "srcset", "style", "target"}
SAFE = re.compile(r"(?:https?://[^\s/]|mailto:[^\s@]+@)", re.IGNORECASE)


def resolve(address: str) -> str | None:
    """Addresses relative to a page, as simply as it can be done."""
    try:
        joined = urljoin("https://kyla.example.fi/uutiset/silta/", address.strip())
    except ValueError:
        return None
    return joined if joined.startswith(("http://", "https://")) else None


def parsed(markup: str, *, container: str = "div", scripting: bool = True) -> Element:
    parser = html5lib.HTMLParser(namespaceHTMLElements=True)
    tree: Element = parser.parseFragment(markup, container=container, scripting=scripting)
    return tree


def dangers(markup: str) -> list[str]:
    """Everything in the markup that could do more than show text and pictures."""
    again = html5lib.serialize(parsed(markup), omit_optional_tags=False)
    trees = [*_readings(markup), parsed(again), parsed(again, scripting=False)]
    return [danger for tree in trees for danger in _in(tree)]


def _readings(markup: str) -> Iterator[Element]:
    """With and without scripting, and wherever a page or a reader may put it."""
    for scripting in (False, True):
        yield parsed(markup, scripting=scripting)
    for container in ("body", "td", "p"):
        yield parsed(markup, container=container)


def _in(tree: Any) -> Iterator[str]:
    for element in tree.iter():
        if not isinstance(element.tag, str):
            yield "a comment"
            continue
        name = element.tag.removeprefix(HTML)
        if name in ELEMENTS or name.startswith("{"):
            yield f"<{name}>"
        for attribute, value in element.attrib.items():
            if danger := _attribute(str(attribute).lower(), value):
                yield f"<{name} {danger}>"


def _attribute(name: str, value: str) -> str | None:
    bare = re.sub(r"[\x00-\x20\x7f-\xa0\u00ad\u200b-\u200f\u2028\u2029\ufeff]", "", value)
    unsafe = name in ADDRESSES and not (SAFE.match(value) and bare == value)
    dangerous = name.startswith(("on", "data-", "{", "xlink", "xml")) or name in ATTRIBUTES
    return f'{name}="{value}"' if unsafe or dangerous else None
