"""Certificates for a test's own servers, made by the openssl command."""

import shutil
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

OPENSSL = shutil.which("openssl")


@dataclass(frozen=True, slots=True)
class Authority:
    """One that signs certificates; all that it makes is in its folder."""

    folder: Path

    @classmethod
    def made(cls, folder: Path) -> "Authority":
        folder.mkdir()
        authority = cls(folder)
        _self_signed(authority.stem, "Authority", "basicConstraints=critical,CA:TRUE")
        return authority

    @property
    def stem(self) -> Path:
        return self.folder / "authority"

    def trusted(self) -> ssl.SSLContext:
        """What trusts this authority and no other."""
        return ssl.create_default_context(cafile=str(self.stem.with_suffix(".pem")))

    def server(self, *names: str, days: int = 9) -> ssl.SSLContext:
        """A server with a certificate for these names; -1 day is one that ended yesterday."""
        stem = self.folder / f"server{len(list(self.folder.iterdir()))}"
        alternatives = _alternatives(*names)
        _openssl("req", "-new", *_key(stem), *_to(stem, "csr"), *_about(names[0], alternatives))
        signer = ("-CA", f"{self.stem}.pem", "-CAkey", f"{self.stem}.key", "-CAcreateserial")
        term = ("-days", f"{days}", "-copy_extensions", "copyall")
        _openssl("x509", "-req", "-in", f"{stem}.csr", *_to(stem, "pem"), *signer, *term)
        return _serving(stem)


def self_signed(folder: Path, *names: str) -> ssl.SSLContext:
    """A server whose certificate nobody else has signed."""
    _self_signed(folder / "own", names[0], _alternatives(*names))
    return _serving(folder / "own")


def _self_signed(stem: Path, subject: str, extension: str) -> None:
    _openssl("req", "-x509", *_key(stem), *_to(stem, "pem"), *_about(subject, extension))


def _alternatives(*names: str) -> str:
    kinds = [f"{'IP' if each[0].isdigit() else 'DNS'}:{each}" for each in names]
    return f"subjectAltName={','.join(kinds)}"


def _key(stem: Path) -> tuple[str, ...]:
    return (
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-keyout",
        f"{stem}.key",
    )


def _to(stem: Path, ending: str) -> tuple[str, ...]:
    return ("-out", f"{stem}.{ending}")


def _about(subject: str, extension: str) -> tuple[str, ...]:
    return ("-subj", f"/CN={subject}", "-addext", extension)


def _openssl(*arguments: str) -> None:
    assert OPENSSL is not None
    subprocess.run([OPENSSL, *arguments], check=True, capture_output=True, timeout=30)


def _serving(stem: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{stem}.pem", f"{stem}.key")
    return context
