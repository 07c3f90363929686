"""How well languages are recognised in the half of the sentences that was not trained on."""

from collections import Counter

from feedhub.language import LANGUAGES, UNDETERMINED, recognize
from tests.language.sentences import Sentence, sentences

TOO_SHORT = 20
"""Characters of a text below which "und" is no mistake."""


class Judgement:
    """What the sentences of a length were taken for. `till` is excluded."""

    def __init__(self, since: int, till: int = 1_000) -> None:
        self.since = since
        self.till = till
        self.taken = Counter((each.language, _taken(each)) for each in held_out(since, till))

    def asked(self, *languages: str) -> int:
        """How many sentences in these languages there were; in all, when none is named."""
        wanted = languages or LANGUAGES
        return sum(times for (truth, _), times in self.taken.items() if truth in wanted)

    def share(self, *languages: str) -> float:
        """The share that was right, of the same sentences."""
        right = sum(self.taken[each, each] for each in languages or LANGUAGES)
        return right / self.asked(*languages)

    def table(self) -> str:
        """Lines for a person: a language, its sentences, the share that was right, the mistakes."""
        lines = [f"sentences of {self.since} to {self.till - 1} characters"]
        lines += [self._line(each, each) for each in LANGUAGES if self.asked(each)]
        return "\n".join([*lines, self._line("all"), ""])

    def _line(self, name: str, *languages: str) -> str:
        mistakes = ", ".join(
            f"{times} taken for {taken}"
            for (truth, taken), times in self.taken.most_common()
            if truth in languages and truth != taken
        )
        return (
            f"  {name:3}  {self.asked(*languages):5}  {self.share(*languages):7.2%}  {mistakes}"
        ).rstrip()


def held_out(since: int, till: int) -> list[Sentence]:
    """The judging half's sentences of a length."""
    return [each for each in sentences() if each.half == 1 and since <= len(each.text) < till]


def _taken(sentence: Sentence) -> str:
    taken = recognize(sentence.text)
    excused = taken == UNDETERMINED and len(sentence.text) < TOO_SHORT
    return sentence.language if excused else taken
