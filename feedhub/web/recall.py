"""Requests seen before, answered at once and without the application.

A feed reader sends the same bytes at every poll. What they ask is read once, the ordinary way; from
then on the same bytes get from memory what the ordinary way would answer, byte for byte, for as long
as the file is the same.
"""

from collections import OrderedDict
from typing import Any

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from feedhub.publish.representation import Headers, Representation
from feedhub.web.files import Files, Question

REMEMBERED = 2_048
HEAD_BYTES = 2_048
_END = b"\r\n\r\n"
# With one of these there is more to a request than its head, or more to say than its answer.
_UNUSUAL = frozenset({b"content-length", b"transfer-encoding", b"expect", b"upgrade"})


class _Known:
    """What a head asks, and how that was answered last."""

    __slots__ = ("_copy", "_default", "has_body", "header", "question")

    def __init__(self, question: Question) -> None:
        self.question = question
        self._copy: Representation | None = None
        self._default: Headers = []
        self.header = b""
        """All that comes before the body; nothing when the answer is an unusual one."""
        self.has_body = False

    def update(self, copy: Representation, default: Headers) -> None:
        if copy is self._copy and default is self._default:
            return
        self._copy, self._default = copy, default
        status = self.question.status(copy)
        fields = {200: copy.headers, 304: copy.unchanged}.get(status)
        lines = [b"%s: %s\r\n" % field for field in (*default, *(fields or ()))]
        self.header = b"".join((STATUS_LINE[status], *lines, b"\r\n")) if fields else b""
        self.has_body = status == 200 and not self.question.bodiless


class Heads:
    """The request heads seen last, and what each of them asks of the files."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._known: OrderedDict[bytes, _Known] = OrderedDict()

    def answer(self, head: bytes, default: Headers) -> tuple[bytes, bytes] | None:
        """The header and the body that answer this head, if it is known and they are in memory.

        `default` are the fields of every answer; the server makes another list of them each second.
        """
        known = self._known.get(head)
        copy = self._files.remembered(known.question) if known else None
        if known is None or copy is None:
            return None
        self._known.move_to_end(head)
        known.update(copy, default)
        body = self._files.body(copy) if known.has_body else b""
        return (known.header, body) if known.header and body is not None else None

    def learn(self, head: bytes, scope: Scope) -> None:
        """Remember what these bytes ask, if they ask for a file that is in memory."""
        if any(name in _UNUSUAL for name, _ in scope["headers"]):
            return
        question = self._files.question(scope)
        if question:
            self._known[head] = _Known(question)
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)


class Recalling(HttpToolsProtocol):
    """A connection that looks a request up before it reads it."""

    heads: Heads
    _begun = 0
    """Requests begun since data came last."""
    _whole = True
    """Whether the last request has been read to its end, and nothing of the next."""

    def data_received(self, data: bytes) -> None:
        cycle: Any = self.cycle
        rests = self._whole and (cycle is None or cycle.response_complete)
        if rests and self._recall(data):
            return
        self._begun = 0
        super().data_received(data)
        if rests and self._whole and self._begun == 1:
            self._learn(data)

    def _recall(self, head: bytes) -> bool:
        """Answer if that can be done at once."""
        if self.access_log or self.flow.write_paused:
            return False
        answer = self.heads.answer(head, self.server_state.default_headers)
        if answer is None:
            return False
        header, body = answer
        if body:
            # In one segment, without a copy of the body.
            self.transport.writelines(answer)
        else:
            self.transport.write(header)
        self.on_response_complete()
        return True

    def _learn(self, head: bytes) -> None:
        """Remember these bytes if they are one whole head, and all that there is of the request."""
        is_one = len(head) <= HEAD_BYTES and head.find(_END) == len(head) - len(_END)
        if is_one and self.cycle.keep_alive:
            self.heads.learn(head, dict(self.scope))

    def on_message_begin(self) -> None:
        self._begun += 1
        self._whole = False
        super().on_message_begin()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._whole = True


def recalling(files: Files) -> type[Recalling]:
    """The protocol of a server of these files; its connections share what they have seen."""

    class Sharing(Recalling):
        heads = Heads(files)

    return Sharing
