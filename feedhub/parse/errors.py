"""The one exception of this room."""

from pathlib import PurePath
from traceback import extract_tb

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

    @classmethod
    def unexpected(cls, error: Exception) -> "ParseError":
        """What a library throws at a document is the document's fault; names the place, no text."""
        trace = extract_tb(error.__traceback__)
        place = f" at {PurePath(trace[-1].filename).name}:{trace[-1].lineno}" if trace else ""
        return cls.of(
            "parse-failed",
            f"The feed cannot be read ({type(error).__name__}{place}).",
            "Ask its publisher to test it with a feed validator.",
        )

    def __str__(self) -> str:
        return self.fault.message
