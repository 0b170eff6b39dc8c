"""Which class of deployments an estimate belongs to: what it is fitted with, and whose error it quotes."""

from kb.estimate.deployment import Deployment, Load
from kb.estimate.remember import remembered
from kb.records import Hardware

# Software of before this year was so much slower, on every card, that its rows tell little about what runs now.
FIRST_MODERN_YEAR = 2025
BACKENDS = ("cuda", "metal", "rocm", "vulkan")
_USUAL = {"nvidia": "cuda", "amd": "rocm", "apple": "metal", "intel": "vulkan"}
_SOCKETS = ("SXM", "OAM", "SUPERCHIP")
_SAME_BACKEND = {"mlx": "metal", "sycl": "vulkan"}


def engine_use(deployment: Deployment, load: Load) -> str:
    """Return ``server`` or ``desktop``: what the engine is built for.

    Where no engine is named, one card that serves one sequence is taken for a desktop, unless it is a server's module.
    """
    if deployment.engine is not None and deployment.engine.use is not None:
        return deployment.engine.use
    pool = deployment.decode_pools[0]
    alone = pool.count == 1 and (load.most_in_flight or 1) <= 1
    return "desktop" if alone and not is_module(pool.hardware) else "server"


def class_of(deployment: Deployment, load: Load) -> str:
    """Return the name of the class."""
    pool = deployment.decode_pools[0]
    if is_old(deployment) and is_module(pool.hardware):
        return "served-before-2025"
    if engine_use(deployment, load) == "desktop":
        return f"desktop-{backend_of(deployment, pool.hardware)}" if pool.count == 1 else "desktop-several"
    if pool.role == "decode":
        return "disaggregated"
    if is_old(deployment):
        return "served-before-2025"
    if pool.hardware.vendor != "nvidia":
        return "served-other-vendors"
    return "served-dense" if deployment.model.moe is None else "served-moe"


@remembered
def is_module(hardware: Hardware) -> bool:
    """Tell whether a card is a module for servers: it has a link to its like, or is made for a socket."""
    form = (hardware.form_factor or "").upper()
    return hardware.scale_up.per_direction_gb_s is not None or form.startswith(_SOCKETS)


def is_old(deployment: Deployment) -> bool:
    """Tell whether the software is known to be of before 2025."""
    date = deployment.engine_date
    return date is not None and date[:4].isdigit() and int(date[:4]) < FIRST_MODERN_YEAR


def backend_of(deployment: Deployment, hardware: Hardware) -> str:
    """Return what a desktop runtime computes with: as said, else what is usual on cards of the vendor."""
    said = deployment.backend
    usual = _USUAL.get(hardware.vendor, "cuda")
    return _SAME_BACKEND.get(said, said) if said in (*BACKENDS, *_SAME_BACKEND) else usual
