"""A broker that is spoken to through TLS, with real certificates."""

import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from wattwise_consumption.problems import CannotFetch, NotNow
from wattwise_consumption.sources.mqtt.connection import opened
from wattwise_embedded.child import free_port
from wattwise_embedded.testing import running_broker

from .broker_clients import heard_by, order_of, payloads, publisher, settings_for


def certificate(name: str, issuer: "tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None" = None):
    """(certificate, key): an authority's own, or one that it signed for localhost."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signer, signing_key = (issuer[0].subject, issuer[1]) if issuer else (subject, key)
    made = (
        x509.CertificateBuilder(signer, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    )
    if issuer is None:
        usage = x509.KeyUsage(*(name in (5, 6) for name in range(9)))
        made = made.add_extension(usage, critical=True)
    made = made.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    made = made.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()), critical=False
    )
    return made.sign(signing_key, hashes.SHA256()), key


def pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def key_pem(key: ec.EllipticCurvePrivateKey) -> str:
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain).decode()


@pytest.fixture
def shared() -> Iterator[Path]:
    """The broker runs as an ordinary user, who may not enter pytest's own folders."""
    with tempfile.TemporaryDirectory(prefix="wattwise-certificates-", dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_encrypted_with_an_authority_of_ones_own_and_a_client_certificate(tmp_path: Path, shared: Path) -> None:
    authority = certificate("Mill Lane")
    server, client = certificate("localhost", authority), certificate("meter room", authority)
    port = free_port()
    (shared / "ca.pem").write_text(pem(authority[0]))
    (shared / "server.pem").write_text(pem(server[0]))
    (shared / "server.key").write_text(key_pem(server[1]))
    more = (
        f"listener {port} 127.0.0.1\ncafile {shared}/ca.pem\ncertfile {shared}/server.pem\nkeyfile {shared}/server.key\n"
        "require_certificate true"
    )
    own = {"ca_certificate": pem(authority[0]), "client_certificate": pem(client[0]), "client_key": key_pem(client[1])}
    with running_broker(more) as broker, publisher(broker) as publish:
        tls = settings_for(broker) | {"host": "localhost", "port": port, "tls": True}
        with closing(opened(order_of(tls | own, tmp_path))) as connection:
            publish("home/hall/power", "5", qos=1)
            assert payloads(heard_by(connection, 1)) == ["5"]
        assert list(tmp_path.iterdir()) == []  # no key stays behind
        for changed, sentence in (
            ({"ca_certificate": ""}, "The certificate of localhost cannot be trusted"),
            ({"host": "127.0.0.1"}, "The certificate of 127.0.0.1 cannot be trusted"),
            ({"client_key": key_pem(server[1])}, "A certificate, or the client's key, cannot be read"),
        ):
            with pytest.raises(CannotFetch, match=sentence):
                opened(order_of(tls | own | changed, tmp_path))
        with pytest.raises((CannotFetch, NotNow)):
            opened(order_of(tls | {"ca_certificate": pem(authority[0])}, tmp_path))
