"""What a person says of a broker."""

import re
from typing import Literal

from pydantic import Field, JsonValue, SecretStr, field_validator, model_validator

from wattwise_consumption.listening import HeardSettings

_PEM = re.compile(r"-----BEGIN [A-Z ]+-----")
_ADVANCED: dict[str, JsonValue] = {"x-group": "advanced"}


class MqttSettings(HeardSettings):
    host: str = Field(
        title="Broker", min_length=1, max_length=253, pattern=r"^[^\s/@]+$",
        description="Its host name or address, such as broker.example.org.",
    )  # fmt: skip
    port: int | None = Field(
        default=None, title="Port", ge=1, le=65535, description="Empty: 8883 with TLS, 1883 without."
    )
    tls: bool = Field(default=True, title="Encrypted (TLS)", description="Leave it on, but for a broker at home.")
    user: str = Field(default="", title="User name", max_length=200, description="Empty: the broker asks for none.")
    password: SecretStr | None = Field(default=None, title="Password", description="Of that user.")
    ca_certificate: str = Field(
        default="", title="Certificate authority",
        description="In PEM, where the broker's certificate is of an authority of your own.",
        json_schema_extra=_ADVANCED,
    )  # fmt: skip
    client_certificate: str = Field(
        default="", title="Client certificate", json_schema_extra=_ADVANCED,
        description="In PEM, where the broker asks for one.",
    )  # fmt: skip
    client_key: SecretStr | None = Field(
        default=None, title="Key of the client certificate", json_schema_extra=_ADVANCED,
        description="In PEM, without a passphrase.",
    )  # fmt: skip
    protocol: Literal["auto", "5", "3.1.1"] = Field(
        default="auto", title="Version of MQTT", json_schema_extra=_ADVANCED,
        description="Found out: 5 where the broker knows it, else 3.1.1.",
    )  # fmt: skip
    kept_for: Literal["P1D", "P7D", "P30D"] = Field(
        default="P7D", title="The broker keeps messages", json_schema_extra=_ADVANCED,
        description="How long it is asked to keep them while this platform is away. Brokers of MQTT 3.1.1 decide themselves.",
    )  # fmt: skip

    @field_validator("ca_certificate", "client_certificate")
    @classmethod
    def _is_pem(cls, text: str) -> str:
        if text and not _PEM.search(text):
            raise ValueError("This is no certificate in PEM: it begins with -----BEGIN CERTIFICATE-----.")
        return text

    @model_validator(mode="after")
    def _has_both(self) -> "MqttSettings":
        key = self.client_key.get_secret_value() if self.client_key else ""
        if bool(self.client_certificate) != bool(key):
            raise ValueError("A client certificate and its key go together: give both, or neither.")
        if key and not self.tls:
            raise ValueError("A client certificate needs TLS.")
        return self

    @property
    def at(self) -> int:
        """The port."""
        return self.port or (8883 if self.tls else 1883)
