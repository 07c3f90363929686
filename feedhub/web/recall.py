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
from feedhub.web.files import Files, Question, Reply

REMEMBERED = 2_048
HEAD_BYTES = 2_048
_END = b"\r\n\r\n"
_STATUSES = (200, 304)
# With one of these there is more to a request than its head, or more to say than its answer.
_UNUSUAL = frozenset({b"content-length", b"transfer-encoding", b"expect", b"upgrade"})


class _Known:
    """What a head asks, and the header that answered it last."""

    __slots__ = ("_copy", "_header", "_status", "question")

    def __init__(self, question: Question) -> None:
        self.question = question
        self._copy: Representation | None = None
        self._status = 0
        self._header = b""

    def header(self, reply: Reply) -> bytes:
        if self._copy is not reply.copy or self._status != reply.status:
            self._copy, self._status = reply.copy, reply.status
            self._header = _lines(reply.headers) + b"\r\n"
        return self._header


class Heads:
    """The request heads seen last, and what each of them asks of the files."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._known: OrderedDict[bytes, _Known] = OrderedDict()
        self._default: Headers = []
        self._openings = dict.fromkeys(_STATUSES, b"")

    def answer(self, head: bytes, default: Headers) -> tuple[bytes, bytes] | None:
        """The header and the body that answer this head, if it is known and they are in memory.

        `default` are the fields of every answer; the server makes another list of them each second.
        """
        known = self._known.get(head)
        reply = self._files.remembered(known.question) if known else None
        if known is None or reply is None or reply.status not in _STATUSES:
            return None
        self._known.move_to_end(head)
        if self._default is not default:
            self._default = default
            self._openings = {each: STATUS_LINE[each] + _lines(default) for each in _STATUSES}
        return self._openings[reply.status] + known.header(reply), reply.body

    def learn(self, head: bytes, scope: Scope) -> None:
        """Remember what these bytes ask, if they ask for a file that is in memory."""
        if any(name in _UNUSUAL for name, _ in scope["headers"]):
            return
        question = self._files.question(scope)
        if question:
            self._known[head] = _Known(question)
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)


def _lines(headers: Headers) -> bytes:
    return b"".join(b"%s: %s\r\n" % field for field in headers)


class Recalling(HttpToolsProtocol):
    """A connection that looks a request up before it reads it."""

    heads: Heads
    _begun = 0
    """Requests begun since data came last."""
    _whole = True
    """Whether the last request has been read to its end, and nothing of the next."""

    def data_received(self, data: bytes) -> None:
        rests = self._whole and self._has_answered()
        if rests and self._recall(data):
            return
        self._begun = 0
        super().data_received(data)
        if rests and self._whole and self._begun == 1:
            self._learn(data)

    def _has_answered(self) -> bool:
        cycle: Any = self.cycle
        return cycle is None or cycle.response_complete

    def _recall(self, head: bytes) -> bool:
        """Answer if that can be done at once."""
        if self.access_log or self.flow.write_paused:
            return False
        answer = self.heads.answer(head, self.server_state.default_headers)
        if answer is None:
            return False
        # In one segment, without a copy of the body.
        self.transport.writelines(answer)
        self.on_response_complete()
        return True

    def _learn(self, head: bytes) -> None:
        """Remember these bytes if they are one whole head, and all that there is of the request."""
        is_one = len(head) <= HEAD_BYTES and head.find(_END) == len(head) - len(_END)
        if is_one and self.cycle.keep_alive and not self.transport.is_closing():
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
