"""Addresses: made whole, freed of trackers, and brought to one form to compare by (pure).

`absolute` says what a written address means, `readable` what a reader is given to open, and
`canonical` what two spellings of one page have in common.
"""

from feedhub.urls.keys import canonical
from feedhub.urls.tracking import readable
from feedhub.urls.whole import absolute

__all__ = ["absolute", "canonical", "readable"]
