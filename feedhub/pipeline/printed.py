"""What came of rendering, as a record (pure)."""

from dataclasses import dataclass

from feedhub.model import Fault
from feedhub.store import Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """How many files were rendered, which of them differ, and which were refused and why."""

    rendered: int = 0
    changed: tuple[str, ...] = ()
    refused: tuple[Fault, ...] = ()
    held: tuple[Part, ...] = ()
    """What was refused, to be tried again."""

    def __add__(self, other: "Printed") -> "Printed":
        return Printed(
            rendered=self.rendered + other.rendered,
            changed=self.changed + other.changed,
            refused=self.refused + other.refused,
            held=self.held + other.held,
        )
