"""Messages that came by themselves, such as those of an MQTT broker: from topic and payload to values of meters, and
which of them make whole intervals. Pure: no broker, no platform, no clock."""
