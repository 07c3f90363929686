"""The sources as OPML 2.0, to subscribe to each of them alone (pure).

Only what anyone may know: a source that needs a password or a secret in its address is left out.
"""

from xml.etree import ElementTree as ET

from feedhub.model import Organization, Output, Site, Source
from feedhub.publish.characters import line, uri
from feedhub.publish.origins import public_feed

NAME = "opml.xml"


def write(site: Site) -> bytes:
    """The whole list: an outline for each organization, and in it one for each of its sources."""
    opml = ET.Element("opml", version="2.0")
    head = ET.SubElement(opml, "head")
    ET.SubElement(head, "title").text = line(site.title)
    ET.SubElement(head, "docs").text = "http://opml.org/spec2.opml"
    body = ET.SubElement(opml, "body")
    for organization in sorted(site.organizations, key=lambda each: each.slug):
        _organization(body, organization, site)
    if not len(body):
        # An OPML body must not be empty: the site's own feed can always be subscribed to.
        _feed(body, line(site.title) or site.url, f"{site.url}atom.xml", site.url)
    ET.indent(opml, " ")
    written: bytes = ET.tostring(opml, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def output(site: Site) -> Output:
    return Output(name=NAME, body=write(site))


def _organization(body: ET.Element, organization: Organization, site: Site) -> None:
    listed = [each for each in organization.sources if _is_listed(organization, each, site)]
    if not listed:
        return
    name = line(organization.name) or organization.slug
    outline = ET.SubElement(body, "outline", text=name, title=name)
    for source in listed:
        address = public_feed(source, site) or ""
        homepage = uri(source.homepage) or uri(organization.homepage)
        written = _feed(outline, line(source.title or "") or name, address, homepage)
        if source.language:
            written.set("language", source.language)


def _is_listed(organization: Organization, source: Source, site: Site) -> bool:
    return organization.enabled and source.enabled and public_feed(source, site) is not None


def _feed(parent: ET.Element, title: str, address: str, homepage: str | None) -> ET.Element:
    attributes = {"type": "rss", "text": title, "title": title, "xmlUrl": address}
    if homepage:
        attributes["htmlUrl"] = homepage
    return ET.SubElement(parent, "outline", attributes)
