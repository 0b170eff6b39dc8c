"""Where each coefficient is expected before any row is seen, and how far it may stray."""

from dataclasses import asdict

from kb.calibration.fit import Prior
from kb.estimate.step_time import Coefficients

# Served by engines that batch. Microseconds are those of launching a few kernels from a recorded graph; half of the
# peak and three quarters of the bandwidth are what good kernels sustain. What the rows cannot tell apart is fixed.
SERVER = {
    "launch_us": Prior(25, 0.7),
    "launch_moe_us": Prior(45, 0.7),
    "launch_shared_us": Prior(12, 1.5),
    "launch_latent_us": Prior(20, 1.5),
    "launch_linear_us": Prior(12, 1.5),
    "launch_speed": Prior(0.3, 0.5),
    "interpreted": Prior(1.4, 0.3),
    "collective_us": Prior(6.6, 0.7),
    "sequence_us": Prior(5.5, 0.7),
    "memory": Prior(1.32, 0.15),
    "probe": Prior(1.0),
    "expert_memory": Prior(1.0),
    "compute": Prior(1.5),
    "link": Prior(2.5, 0.7),
    "prompt_compute": Prior(1.6, 0.5),
    "prompt_link": Prior(1.2, 0.5),
    "prompt_launch": Prior(1.0, 0.7),
    "together": Prior(0.7, 0.3),
}
# One user on one machine: nothing is scheduled, and whoever issues the kernels is part of the launch time.
DESKTOP = SERVER | {
    "launch_us": Prior(40, 0.7),
    "launch_moe_us": Prior(20, 0.7),
    "launch_shared_us": Prior(10, 0.7),
    "launch_latent_us": Prior(10, 0.7),
    "launch_linear_us": Prior(10, 0.7),
    "launch_speed": Prior(0.3, 1.0),
    "interpreted": Prior(1.0),
    "memory": Prior(1.25, 0.2),
    "expert_memory": Prior(1.1, 0.3),
    "together": Prior(1.0),
}
# How far a back end may differ from the desktops together.
BACKEND_WIDTHS = {"launch_us": 0.4, "memory": 0.2}
# Several cards differ by what they send each other.
SEVERAL_WIDTHS = BACKEND_WIDTHS | {"collective_us": 0.7, "link": 0.7}


def around(fitted: Coefficients, name: str) -> dict[str, Prior]:
    """Return the priors of one class of desktops: the coefficients of all together, of which a few may move."""
    widths = SEVERAL_WIDTHS if name == "desktop-several" else BACKEND_WIDTHS
    return {field: Prior(value, widths.get(field, 0.0)) for field, value in asdict(fitted).items()}
