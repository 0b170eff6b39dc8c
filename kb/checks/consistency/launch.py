"""What launch commands and driver strings give away: engine and vendor. No rule."""

import re

# How a command begins that starts an engine. Only whole first words of a command count, so that a wrapper
# which calls an engine by another route is left alone.
_LAUNCHERS = (
    (re.compile(r"vllm(\.entrypoints\.[\w.]+)?"), "vllm"),
    (re.compile(r"sglang(\.launch_server|\.bench_[\w.]+|\.srt[\w.]*)?"), "sglang"),
    (re.compile(r"trtllm-(serve|bench|build)|tensorrt_llm[\w.]*"), "tensorrt-llm"),
    (re.compile(r"lmdeploy[\w.]*"), "lmdeploy"),
    (re.compile(r"mindie[-_]?(server|service)[\w.-]*|mindieservice_daemon"), "mindie"),
    (re.compile(r"llama-(server|bench|cli|batched-bench)"), "llama.cpp"),
    (re.compile(r"text-generation-launcher"), "tgi"),
)
_FAMILIES = ("vllm", "sglang", "tensorrt-llm", "lmdeploy", "mindie", "llama.cpp", "tgi")
_START = re.compile(r"(?:^|[;&|\n])\s*(?:[A-Z_][A-Z0-9_]*=\S*\s+)*((?:python3?\s+-m\s+)?[A-Za-z][\w.-]*)")

# Software that runs on the cards of these vendors; several where others ship or emulate it.
_DRIVERS = {
    "birensupa": {"biren"},
    "cann": {"huawei"},
    "cntoolkit": {"cambricon"},
    "corex": {"iluvatar"},
    "cuda": {"nvidia", "iluvatar", "metax", "moore-threads", "hygon", "biren", "enflame"},
    "dtk": {"hygon"},
    "habana": {"intel"},
    "hip": {"amd", "hygon", "metax"},
    "ixrt": {"iluvatar"},
    "maca": {"metax"},
    "metal": {"apple"},
    "musa": {"moore-threads"},
    "neuron": {"aws"},
    "neuware": {"cambricon"},
    "rocm": {"amd", "hygon"},
    "supa": {"biren"},
    "synapseai": {"intel"},
    "topsrider": {"enflame"},
}
_DEVICES = {
    "cuda": _DRIVERS["cuda"] | {"amd"},
    "rocm": {"amd", "hygon"},
    "hpu": {"intel"},
    "mlu": {"cambricon"},
    "musa": {"moore-threads"},
    "neuron": {"aws"},
    "npu": {"huawei"},
    "ascend": {"huawei"},
    "tpu": {"google"},
    "metax": {"metax"},
    "biren": {"biren"},
    "hygon": {"hygon"},
}
_DEVICE = re.compile(r"(?<!\S)--device(?:\s+|=)([a-z]+)")


def launched(command: str) -> set[str]:
    """Return the engines that a command starts."""
    found = set()
    for start in _START.findall(command):
        word = start.split()[-1]
        found |= {family for pattern, family in _LAUNCHERS if pattern.fullmatch(word)}
    return found


def engine_family(engine: str) -> str | None:
    """Return the engine whose commands this engine is started with: ``vllm`` for ``vllm-ascend``."""
    return next((family for family in _FAMILIES if engine == family or engine.startswith(f"{family}-")), None)


def driver_vendors(driver: str) -> dict[str, set[str]]:
    """Return the words of a driver string that belong to vendors, and to which."""
    words = re.findall(r"[a-z]+", driver.casefold())
    return {word: _DRIVERS[word] for word in words if word in _DRIVERS}


def device_vendors(command: str) -> dict[str, set[str]]:
    """Return the devices that a command asks for, and the vendors that make them."""
    return {word: _DEVICES[word] for word in _DEVICE.findall(command) if word in _DEVICES}
