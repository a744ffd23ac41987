"""Why a broker is not listened to, in sentences."""

import ssl

from paho.mqtt.reasoncodes import ReasonCode

from wattwise_consumption.problems import CannotFetch, NotNow

_UNSUPPORTED = {1, 132}
_WRONG_USER = {4, 5, 134, 135, 140}
_WRONG_NAME = {2, 133}
_BANNED = {138}


class UnsupportedVersion(Exception):
    """The broker does not speak this version of MQTT."""


def raise_for_connack(reason: ReasonCode, host: str) -> None:
    """Raises CannotFetch, NotNow or UnsupportedVersion unless the broker let us in."""
    if not reason.is_failure:
        return
    if reason.value in _UNSUPPORTED:
        raise UnsupportedVersion
    if reason.value in _WRONG_USER:
        raise CannotFetch(
            f"{host} does not accept the user name or the password.", "Enter them again, or give the user its right."
        )
    if reason.value in _WRONG_NAME | _BANNED:
        raise CannotFetch(f"{host} does not let this client in ({reason}).", "Ask whoever runs the broker.")
    raise NotNow(f"{host} does not let anybody in at present ({reason}).")


def of_socket(error: OSError, host: str, port: int) -> CannotFetch | NotNow:
    """What a connection that failed means."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return CannotFetch(
            f"The certificate of {host} cannot be trusted ({error.verify_message}).",
            "Enter the certificate of its authority, and the name that the certificate is for.",
        )
    if isinstance(error, ssl.SSLError):
        return CannotFetch(
            f"{host}:{port} does not speak TLS as this platform does ({error.reason or error}).",
            "Check the port (8883 with TLS, as a rule), or whether the broker asks for a client certificate.",
        )
    reason = error.strerror or str(error) or type(error).__name__
    return NotNow(
        f"No broker answers at {host}:{port} ({reason}).",
        "Check the host and the port (8883 with TLS, 1883 without, as a rule), and that the broker runs.",
    )


def lost(host: str, reason: str = "") -> NotNow:
    told = f" ({reason})" if reason else ""
    return NotNow(f"The connection to {host} was lost{told}.", "It is made again by itself.")


def refused_topic(topic: str, reason: ReasonCode) -> CannotFetch:
    return CannotFetch(
        f"The broker does not let the user hear {topic} ({reason}).", "Let the user read it, or choose another topic."
    )
