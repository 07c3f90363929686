"""The cleanings by allow-list, which have the first and the last word. The door of nh3."""

import nh3

from feedhub.html.allowed import ATTRIBUTES, DROPPED, FRAMES, KEPT, LINK_REL, RENAMED, SEEN

_SAFE_SCHEMES = {"http", "https", "mailto"}

first = nh3.Cleaner(
    tags=KEPT | FRAMES | RENAMED.keys() | {"source"},
    clean_content_tags=set(DROPPED),
    attributes=SEEN,
    link_rel=None,
    url_schemes=_SAFE_SCHEMES,
)
"""Leaves what is looked at before it goes."""

last = nh3.Cleaner(
    tags=set(KEPT),
    clean_content_tags=set(DROPPED),
    attributes=ATTRIBUTES,
    link_rel=LINK_REL,
    url_schemes=_SAFE_SCHEMES,
    url_relative="deny",
)
"""Leaves what may go out."""

words = nh3.Cleaner(
    tags=(KEPT | RENAMED.keys()) - {"img"},
    clean_content_tags=set(DROPPED | FRAMES),
    attributes={},
    link_rel=None,
)
"""Leaves what holds words."""
