"""What can go wrong on the way to a source, in plain words, and what mends it.

Nothing that a server or a library said is repeated here, nor any part of a request: such text may
carry a secret, or words for the wrong reader.
"""

import errno
import socket
import ssl
from collections.abc import Iterator
from pathlib import PurePath
from traceback import extract_tb

from feedhub.model import Fault

PASSES = "This often passes by itself. If it goes on, tell whoever runs the server."
CHECK_ADDRESS = "Find the feed's present address on the site and configure that one."


class FetchError(Exception):
    """Nothing usable came; `fault` says why. It never leaves the room: an outcome does."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.code)
        self.fault = fault


# Where a fetch may not go

BAD_ADDRESS = Fault(
    code="bad-address",
    message="The address is not a valid one.",
    remedy="Check that it is spelled right and begins with https:// or http://.",
)
FORBIDDEN_ADDRESS = Fault(
    code="forbidden-address",
    message="The address leads into a private network, where no feeds are fetched.",
    remedy="Check that the address is public; the operator can open a network by allow_networks.",
)
FORBIDDEN_PORT = Fault(
    code="forbidden-address",
    message="The address leads to a port that is not among the configured ones.",
    remedy="Check the address; the operator can add the port to ports.",
)
DOWNGRADE = Fault(
    code="downgrade",
    message="The address leads from a secure connection to an insecure one.",
    remedy="Ask whoever runs the site to keep the redirect on https.",
)
REDIRECT_LOOP = Fault(
    code="redirects",
    message="The address leads back to itself.",
    remedy=CHECK_ADDRESS,
)
NOWHERE = Fault(
    code="redirects",
    message="The server says that the feed is elsewhere, but not where.",
    remedy=CHECK_ADDRESS,
)


def too_many_redirects(most: int) -> Fault:
    """More hops than that."""
    message = f"The address leads on more than {most} times."
    return Fault(code="redirects", message=message, remedy=CHECK_ADDRESS)


# What an answer may not be

TOO_LARGE = Fault(
    code="too-large",
    message="The answer is too large.",
    remedy="Limit the feed to the newest posts, and keep large images out of it.",
)
LONG_HEADER = Fault(
    code="protocol",
    message="The header of the server's answer is too long.",
    remedy="Tell whoever runs the server.",
)
PROTOCOL = Fault(
    code="protocol",
    message="The server's answer is not proper HTTP.",
    remedy="Tell whoever runs the server.",
)
UNSENDABLE = Fault(
    code="protocol",
    message="The request cannot be sent: a configured header or the address is not proper HTTP.",
    remedy="Check the feed's headers, user name and address in the organization's file.",
)
TRUNCATED = Fault(code="truncated", message="The answer was cut off.", remedy=PASSES)
CODING = Fault(
    code="coding",
    message="The answer cannot be unpacked: it is packed wrongly.",
    remedy="Ask whoever runs the server to check its compression.",
)
CODINGS = Fault(
    code="coding",
    message="The answer is packed in a way that is not understood, or more than once.",
    remedy="Ask whoever runs the server to send gzip, once, or nothing packed.",
)
UNASKED_304 = Fault(
    code="http-304",
    message="The server says that nothing is new, though it was asked for everything.",
    remedy="Ask whoever runs the server to check its cache.",
)

# What a connection may come to

TIMEOUT = Fault(code="timeout", message="The server did not answer in time.", remedy=PASSES)
DNS = Fault(
    code="dns",
    message="The server's name is not known on the network.",
    remedy="Check that it is spelled right and that the domain name is still registered.",
)
SILENT_DNS = Fault(
    code="dns",
    message="The server's name could not be looked up in time.",
    remedy="This often passes by itself. If it goes on, check the name servers of the domain.",
)
REFUSED = Fault(
    code="refused",
    message="The server refuses the connection.",
    remedy="Check that the site is running and that the address and port are right.",
)
UNREACHABLE = Fault(code="unreachable", message="The server cannot be reached.", remedy=PASSES)
DISCONNECTED = Fault(
    code="disconnected", message="The server broke the connection off.", remedy=PASSES
)

TLS = Fault(
    code="tls",
    message="No secure connection can be made.",
    remedy="Ask whoever runs the server to check the site's certificate.",
)
TLS_PLAIN = Fault(
    code="tls",
    message="The server does not speak https at this address.",
    remedy="Check the port, or whether the address should begin with http://.",
)
TLS_EARLY = Fault(
    code="tls",
    message="The site's certificate is not valid yet.",
    remedy="Check the clock of this machine; else ask whoever runs the server.",
)
TLS_OLD = Fault(
    code="tls-old",
    message="The server knows only outdated kinds of secure connection.",
    remedy="Ask whoever runs the server to switch on TLS 1.2 or newer.",
)
TLS_EXPIRED = Fault(
    code="tls-expired",
    message="The site's certificate has expired.",
    remedy="Ask whoever runs the server to renew the certificate.",
)
TLS_NAME = Fault(
    code="tls-name",
    message="The site's certificate belongs to another address.",
    remedy="Check the address, or ask whoever runs the server for a certificate for it.",
)
TLS_UNTRUSTED = Fault(
    code="tls-untrusted",
    message="The issuer of the site's certificate is not trusted.",
    remedy="Ask whoever runs the server to install the whole chain of certificates.",
)

_BY_VERIFY_CODE = {
    9: TLS_EARLY,
    10: TLS_EXPIRED,
    18: TLS_UNTRUSTED,
    19: TLS_UNTRUSTED,
    20: TLS_UNTRUSTED,
    21: TLS_UNTRUSTED,
    62: TLS_NAME,
    64: TLS_NAME,
}
"""X509_V_ERR_* of OpenSSL's x509_vfy.h."""

_BY_TLS_REASON = {
    "DH_KEY_TOO_SMALL": TLS_OLD,
    "HTTP_REQUEST": TLS_PLAIN,
    "TLSV1_ALERT_INSUFFICIENT_SECURITY": TLS_OLD,
    "TLSV1_ALERT_PROTOCOL_VERSION": TLS_OLD,
    "UNEXPECTED_EOF_WHILE_READING": DISCONNECTED,
    "UNSAFE_LEGACY_RENEGOTIATION_DISABLED": TLS_OLD,
    "UNSUPPORTED_PROTOCOL": TLS_OLD,
    "WRONG_SIGNATURE_TYPE": TLS_OLD,
    "WRONG_VERSION_NUMBER": TLS_PLAIN,
}

_BY_ERRNO = {
    errno.ECONNREFUSED: REFUSED,
    errno.ECONNRESET: DISCONNECTED,
    errno.ECONNABORTED: DISCONNECTED,
    errno.EPIPE: DISCONNECTED,
    errno.ETIMEDOUT: TIMEOUT,
}


def of_os_error(error: BaseException) -> Fault | None:
    """The fault behind an error of a socket or of TLS, by what caused it; None when there is none.

    Libraries wrap such an error in others, so the whole chain is looked through.
    """
    for each in _chain(error):
        match each:
            case ssl.SSLCertVerificationError():
                return _BY_VERIFY_CODE.get(each.verify_code, TLS)
            case ssl.SSLError():
                return _BY_TLS_REASON.get(each.reason or "", TLS)
            case socket.gaierror():
                return DNS
            case TimeoutError():
                return TIMEOUT
            case OSError() if each.errno is not None:
                return _BY_ERRNO.get(each.errno, UNREACHABLE)
    return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def of_error(error: Exception) -> Fault:
    """The fault of an error; of one that nobody foresaw its kind and place, none of its text."""
    if isinstance(error, FetchError):
        return error.fault
    trace = extract_tb(error.__traceback__)
    place = f" at {PurePath(trace[-1].filename).name}:{trace[-1].lineno}" if trace else ""
    message = f"The server's answer cannot be read ({type(error).__name__}{place})."
    return Fault(code="protocol", message=message, remedy="Tell whoever runs feedhub.")


# What a status says (RFC 9110 section 15)

_BY_STATUS = {
    401: ("The feed asks for a password.", "Give the feed a user name and password_env."),
    403: (
        "The server does not let us read the feed.",
        "Ask whoever runs the server to let programs read it; often a firewall stops them.",
    ),
    404: ("There is no feed at this address.", CHECK_ADDRESS),
    410: ("The site says that the feed has been removed for good.", CHECK_ADDRESS),
    429: ("The server asks us to come less often.", "Nothing needs doing: we ask less often."),
}
_BY_CLASS = {
    4: ("The server does not accept the request (error {status}).", CHECK_ADDRESS),
    5: ("The site has a fault of its own (error {status}).", PASSES),
}
_UNEXPECTED_STATUS = ("The server answers in an unexpected way (code {status}).", CHECK_ADDRESS)


def of_status(status: int) -> Fault:
    """What a status other than success says."""
    words = _BY_STATUS.get(status) or _BY_CLASS.get(status // 100, _UNEXPECTED_STATUS)
    message = words[0].format(status=status)
    return Fault(code=f"http-{status}", message=message, remedy=words[1])
