"""Messages of an MQTT broker: topics that say power, counts of registers, or energies of intervals."""

from .source import Mqtt

SOURCE = Mqtt
