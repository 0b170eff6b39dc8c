"""How many devices one card shows to an engine. No rule.

A parallel rank is a device, and some cards are several: two dies that are addressed one by one,
the cores of a Trainium chip, the partitions of an Instinct. The figures are the most that the
vendor's own software offers, so that a rank count is only called too high when no mode explains it.
"""

_DEVICES = {
    "ascend-910c": 2,  # two dies, each an NPU of its own
    "br100": 2,
    "inferentia": 2,
    "iluvatar-bi-v150": 2,
    "mi250": 2,
    "mi300": 8,  # one per die in CPX mode
    "mi325": 8,
    "mi350": 8,
    "mi355": 8,
    "tpu-v2": 2,
    "tpu-v3": 2,
    "tpu-v4": 2,
    "tpu-v5p": 2,
    "tpu7x": 2,
    "trainium1": 2,
    "trainium2": 8,
    "trainium3": 8,
}


def most_devices(hardware: str) -> int:
    """Return the highest number of devices that one card with this id can appear as."""
    return next((count for prefix, count in _DEVICES.items() if hardware.startswith(prefix)), 1)
