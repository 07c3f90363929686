"""The one exception of this room."""

from feedhub.model import Fault


class ParseError(Exception):
    """Nothing usable is in the documents; `fault` says why, and what mends it."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault

    @classmethod
    def of(cls, code: str, message: str, remedy: str = "") -> "ParseError":
        """The error with a fault of these words."""
        return cls(Fault(code=code, message=message, remedy=remedy))

    def __str__(self) -> str:
        return self.fault.message
