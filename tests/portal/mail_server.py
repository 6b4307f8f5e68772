"""A mail server on this machine that keeps what it is given: STARTTLS with its own certificate, and a password."""

import ssl
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Any, Self

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from pipeline.project import Project

HOST = "127.0.0.1"
SENDER = "Samletall <samletall@innsamling.example>"


class _Conversation(StreamRequestHandler):
    server: "MailServer"

    def handle(self) -> None:
        self.say("220 mail")
        is_secure = False
        while line := self.rfile.readline().decode("ascii").strip():
            verb = line.split(":")[0].upper().split(" ")[0]
            self.server.heard.append(f"{'tls' if is_secure else 'clear'} {line}")
            if verb == "EHLO":
                self.say("250-mail")
                self.say(
                    "250 AUTH PLAIN" if is_secure else "250 STARTTLS" if self.server.has_tls else "250 HELP"
                )
            elif verb == "STARTTLS":
                self.say("220 go on")
                self.request = self.server.context.wrap_socket(self.request, server_side=True)
                self.setup()
                is_secure = True
            elif verb == "RCPT" and any(address in line for address in self.server.refused):
                self.say("550 nobody here")
            elif verb == "DATA":
                self.say("354 go on")
                self.server.letters.append(message_from_bytes(self.content(), policy=default))
                self.say("250 taken")
            elif verb == "AUTH":
                self.say("235 come in")
            else:
                self.say("221 bye" if verb == "QUIT" else "250 yes")

    def finish(self) -> None:
        super().finish()
        self.request.close()

    def content(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b"."))
        return b"".join(lines)

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class MailServer(ThreadingTCPServer):
    """Answers while it is open; `letters` is what it took, `heard` every line before and after TLS."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, folder: Path, *, has_tls: bool = True, refused: tuple[str, ...] = ()) -> None:
        super().__init__((HOST, 0), _Conversation)
        self.has_tls, self.refused = has_tls, refused
        self.letters: list[Any] = []
        self.heard: list[str] = []
        self.certificate = _certificate(folder)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.certificate)
        Thread(target=self.serve_forever, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def configure(self, project: Project, mode: int = 0o600) -> None:
        """Tells the project to send its letters here."""
        project.mail.mkdir(mode=0o700, exist_ok=True)
        project.mail_settings.write_text(
            yaml.safe_dump(
                {
                    "host": HOST,
                    "port": str(self.server_address[1]),
                    "user": "samletall",
                    "password": "hemmelig",
                    "sender": SENDER,
                    "ca_file": str(self.certificate),
                }
            ),
            "utf-8",
        )
        project.mail_settings.chmod(mode)


def text_of(letter: EmailMessage) -> str:
    return str(letter.get_content())


def _certificate(folder: Path) -> Path:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "mail.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path
