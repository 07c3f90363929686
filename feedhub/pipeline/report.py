"""What one poll of one source came to, as a record and in words (pure)."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, assert_never

from feedhub.model import Failed, Fault, Fetched, Gone, Outcome, Unchanged
from feedhub.pipeline.intake import Taken

if TYPE_CHECKING:
    from feedhub.parse.digest import Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One poll. `fault` is None when it went well."""

    source: str
    outcome: Outcome
    entries: int = 0
    dropped: int = 0
    taken: Taken = field(default_factory=Taken)
    faults: tuple[Fault, ...] = ()
    """What was refused of an otherwise good poll, such as a single article file."""

    @classmethod
    def of(
        cls, source: str, outcome: Outcome, judged: "Digest | None", taken: Taken | None = None
    ) -> "Report":
        if judged is None:
            return cls(source=source, outcome=outcome)
        refused = outcome.faults if isinstance(outcome, Fetched) else ()
        return cls(
            source=source,
            outcome=outcome,
            entries=len(judged.normalized.entries),
            dropped=len(judged.normalized.dropped),
            taken=taken or Taken(),
            faults=(*refused, *judged.feed.faults),
        )

    @property
    def fault(self) -> Fault | None:
        return self.outcome.fault if isinstance(self.outcome, Failed | Gone) else None

    def lines(self) -> list[str]:
        """A line for a person, and one more for each single fault."""
        return [f"{self.source}: {self._said()}", *(f"  {advice(each)}" for each in self.faults)]

    def _said(self) -> str:
        match self.outcome:
            case Failed(fault=fault) | Gone(fault=fault):
                return f"failed: {advice(fault)}"
            case Unchanged():
                return "unchanged"
            case Fetched():
                return ", ".join(self._counts())
        assert_never(self.outcome)

    def _counts(self) -> list[str]:
        taken = self.taken
        counts = [f"{self.entries} entries", f"{taken.new} new", f"{taken.changed} changed"]
        if taken.withdrawn:
            counts.append(f"{taken.withdrawn} withdrawn")
        if self.dropped:
            counts.append(f"{self.dropped} left out")
        return counts


def advice(fault: Fault) -> str:
    """What is wrong and what to do."""
    return f"{fault.message} {fault.remedy}".strip()
