"""One function per table of single devices: a printed line in, a row of ours or a reason out."""

import re
from collections.abc import Callable
from typing import Any

from curation.device_names import GGUF, HARDWARE, MODELS, date_in, printed_size_gb, version_in
from curation.measured import Measured

Line = dict[str, str]
Reader = Callable[[Line], "Measured | str"]

WEAK_HOST = "weak host"
_WEAK_HOSTS = ("Pi ", "Raspberry", "Radxa", "HiFive", "DC-ROMA", "Minisforum MS-R1")


def _hardware(name: str) -> str | None:
    return HARDWARE.get(name.removeprefix("Nvidia "))


def _notes(*parts: str | None) -> str | None:
    return "; ".join(part for part in parts if part) or None


def _common(line: Line) -> dict[str, Any]:
    """Return what every table prints alike: one sequence in flight, its rate, its spread, the size of the weights."""
    rate = float(line["decode_tok_s"])
    spread = float(line["decode_pm"]) if line["decode_pm"] else None
    return {
        "count": int(line["device_count"]),
        "in_flight": 1.0,
        "load": "static",
        "decode_tok_s": rate,
        "output_tokens": float(line["gen_tokens"]) if line["gen_tokens"] else None,
        "weights_gb": printed_size_gb(line),
        "spread_pct": None if spread is None else round(100 * spread / rate, 3),
    }


def _named(line: Line) -> tuple[str, str, str | None] | str:
    """Return the records of card and model, and what to say of the model, or why there are none."""
    hardware = _hardware(line["hardware"])
    if hardware is None:
        return f"no record, or no single SKU: {line['hardware']}"
    model = MODELS.get(line["model"])
    if model is None:
        return f"no record: {line['model']}"
    return hardware, *model


# 26.39 tok/s x 3.8 GB is more than the 100 GB/s of an M3, and Metal on an M3 reaches 21.34: it must be another chip.
TOO_FAST = {("Apple M3", "Vulkan")}


def scoreboard(line: Line) -> Measured | str:
    """Read a row of the discussions that collect llama-bench results."""
    named = _named(line)
    if isinstance(named, str):
        return named
    hardware, model, about = named
    by_hand = line["source_id"].endswith("_llmbox")
    attention = re.search(r"FA (on|off)", line["notes"])
    test = f"{line['model']} {line['quant']} tg128"
    return Measured(
        source="llmbox-4da4162c-public-speeds" if by_hand else "willitrun-22bb93d7-llama-cpp",
        locator=_notes(
            f"discussion {line['source_url'].rsplit('/', 1)[-1]}",
            line["hardware"],
            f"{line['backend']}, {test}" + (f", FA {attention[1]}" if attention else ""),
        )
        or "",
        hardware=hardware,
        model=model,
        quantization=GGUF[line["quant"]],
        engine="llama.cpp",
        engine_version=version_in(line["engine_version"].removesuffix(" (thread baseline)")),
        backend=line["backend"].lower(),
        input_tokens=float(line["depth_tokens"]),
        aside="faster than the memory of this chip" if (line["hardware"], line["backend"]) in TOO_FAST else None,
        note=_notes(
            f"flash attention {attention[1]}" if attention else None,
            about,
            "rounded to 0.1 by the transcriber" if _rounded(line) else None,
        ),
        **_common(line),
    )


def _rounded(line: Line) -> bool:
    """Tell whether the transcriber rounded; of discussion 10879 the file has two decimals, whatever the table says."""
    return "rounded" in line["notes"] and not line["source_url"].endswith("/10879")


def strix(line: Line) -> Measured | str:
    """Read a run of llama-bench on a Strix Halo."""
    named = _named(line)
    if isinstance(named, str):
        return named
    hardware, model, about = named
    backend, build = line["backend"].removesuffix(")").split(" (llama.cpp-")
    when = re.search(r"fa=(True|False) test_time=(\S+)", line["notes"])
    if when is None:
        raise ValueError(f"no time in {line['notes']!r}")
    path = line["source"].removeprefix("lhl/strix-halo-testing:")
    # gpt-oss "F16" keeps the experts in MXFP4.
    quantization = "mxfp4-experts" if line["model"].startswith("gpt-oss") else GGUF[line["quant"]]
    unsloth = re.search(r"UD-(Q\d_K_XL)", line["model"])
    return Measured(
        source="strix-halo-testing-5ee14b5b",
        locator=f"{path}, {build}, tg{line['gen_tokens']}, {when[2]}",
        hardware=hardware,
        model=model,
        quantization=quantization,
        engine="llama.cpp",
        engine_version=version_in(line["engine_version"]),
        date=when[2][:10],
        backend=backend.split(",")[0].lower(),
        input_tokens=float(line["depth_tokens"]),
        note=_notes(
            f"flash attention {'on' if when[1] == 'True' else 'off'}",
            f"build {build.split(' ')[0]}" + (" with hipBLASLt" if "hipblaslt" in build else ""),
            f"Unsloth's UD-{unsloth[1]}, a mix that llama-bench calls {line['quant']}" if unsloth else None,
            "rate rounded to 0.0001 by the gathered table",
            about,
        ),
        **_common(line),
    )


GPT_FAST_FORMATS = {"BF16": "bf16", "int8": "int8-weight-only", "int4-g32": "int4-g32-weight-only"}


def gpt_fast(line: Line) -> Measured | str:
    """Read a row of gpt-fast's README."""
    if "one GCD" in line["hardware"]:
        return "one die of a card: no record"
    named = _named(line)
    if isinstance(named, str):
        return named
    hardware, model, about = named
    cards = int(line["device_count"])
    speculative = line["spec_decode"].startswith("yes")
    section = "Mixtral" if "Mixtral" in line["source"] else "Speculative Sampling" if speculative else "Benchmarks"
    return Measured(
        source="gpt-fast-readme-6ecad9b5",
        locator=f"{section}: {line['model']}, {line['quant']}, {cards} GPU, {line['decode_tok_s']} tok/s",
        hardware=hardware,
        model=model,
        quantization=GPT_FAST_FORMATS[line["quant"]],
        engine="gpt-fast",
        date=date_in(line["commit_or_date"]),
        date_is="published",
        backend="cuda",
        tp=cards,
        input_tokens=float(line["prompt_tokens"] or 5),
        aside="speculative decoding; how many tokens are drafted is not stated" if speculative else None,
        note=_notes("power limited to 330 W", about),
        **_common(line),
    )


# Threads that were opened: llama-bench with Vulkan, one file of Q4_K_M per model but for gpt-oss.
LLAMA_BENCH_THREADS = ("issues/43", "issues/46")
_CPU_ONLY = "runs on the CPU alone: no record"


def geerling(line: Line) -> Measured | str:
    """Read a row of Jeff Geerling's tables; the machine is the host, with the card in brackets."""
    host = line["hardware"]
    if line["notes"].endswith("class CPU"):
        return _CPU_ONLY
    if "Cluster" in host:
        return "a cluster of machines"
    hardware = _hardware(host) or _hardware(_card(host))
    if hardware is None:
        return f"no record, or no single SKU: {_card(host)}"
    model, about = MODELS[line["model"]]
    issue = re.sub(r"https://github\.com/geerlingguy/ai-benchmarks/?", "", line["source_url"]) or "README"
    gpt_oss = line["model"].startswith("gpt-oss")
    aside = None
    if host.startswith(_WEAK_HOSTS):
        aside = WEAK_HOST
    elif line["notes"].endswith("GPU/CPU"):
        aside = "part of the model runs on the CPU"
    elif gpt_oss:
        aside = "format not known: the gathered table assumes MXFP4, the threads name a Q4_K_M file"
    backend = "metal" if hardware.startswith("apple") else "vulkan" if line["backend"] == "Vulkan GPU" else None
    read = issue in LLAMA_BENCH_THREADS
    section = re.search(r'\("(.+)"\)', line["source"])
    return Measured(
        source="geerlingguy-ai-benchmarks-bdf94413",
        locator=f"README.md, {section[1] if section else line['model']}: {host} ({issue})",
        hardware=hardware,
        model=model,
        quantization=GGUF[line["quant"].split(" ")[0]],
        engine="llama.cpp" if read else None,
        date=date_in(line["commit_or_date"]),
        date_is="published",
        backend="vulkan" if read else backend,
        input_tokens=0.0 if read else None,
        aside=aside,
        note=_notes(
            "tg128 of llama-bench, by its thread"
            if read
            else "Ollama or llama.cpp; format assumed by the gathered table, length of the prompt not stated",
            f"host {host}",
            about,
        ),
        **_common(line) | ({"output_tokens": 128.0} if read else {}),
    )


def _card(host: str) -> str:
    inside = re.search(r"\(([^)]*)\)", host)
    name = inside[1] if inside else host
    name = re.sub(r"^(Nvidia|AMD Radeon|AMD|Intel)\s+", "", name)
    if name.startswith("Arc"):
        return f"Intel {name}"
    if re.fullmatch(r"\d{4} XTX?", name):
        return f"RX {name}"
    return f"RTX {name}" if re.match(r"A\d|\d{4}", name) else name


# Which engine ran: id, format of its 4-bit column, commit that the README names, and how it cuts the model.
MLC_TABLE: dict[str, tuple[str, str, str, str]] = {
    "MLC LLM": ("mlc-llm", "mlc-q4f16-1", "8e94910", "tp"),
    "Exllama V2": ("exllamav2", "gptq-int4-g128", "9d6fdb9", "pp"),
    "exllama": ("exllamav2", "gptq-int4-g128", "9d6fdb9", "pp"),
    "Llama.cpp": ("llama.cpp", "gguf-q4-0", "9476b01", ""),
    "vLLM": ("vllm", "awq-int4-g128", "acbed3e", "tp"),
}


def engines(line: Line) -> Measured | str:
    """Read a row of an engine's own table: MLC AI's comparison, ExLlamaV2 or LMDeploy."""
    if line["source_id"] == "lmdeploy":
        return "no single SKU: A100 80GB, SXM or PCIe"
    named = _named(line)
    if isinstance(named, str):
        return named
    hardware, model, about = named
    if line["source_id"] == "exllamav2":
        return _exllamav2(line, hardware, model, about)
    engine, quantization, commit, cut = MLC_TABLE[line["engine"]]
    cards = int(line["device_count"])
    if line["quant"] == "FP16":
        quantization = "gguf-f16" if engine == "llama.cpp" else "fp16"
    section = re.search(r'"(.+)"', line["source"])
    return Measured(
        source="mlc-llm-perf-bench-d401356f",
        locator=f"{section[1] if section else ''}: {line['model']}, {line['hardware']} x {cards}, {line['engine']}",
        hardware=hardware,
        model=model,
        quantization=quantization,
        engine=engine,
        engine_version=commit,
        date=date_in(line["commit_or_date"]),
        date_is="published",
        backend=line["backend"].lower(),
        tp=cards if cut == "tp" or cards == 1 else None,
        pp=cards if cut == "pp" and cards > 1 else None,
        input_tokens=float(line["prompt_tokens"]),
        aside="how llama.cpp of 2023 cuts the model is not stated" if not cut and cards > 1 else None,
        note=_notes(
            "cards over PCIe" if cards > 1 else None,
            "GPTQ by TheBloke, size of the groups not stated" if quantization.startswith("gptq") else None,
            "AWQ by TheBloke" if quantization.startswith("awq") else None,
            "the short prompt is part of the time" if engine == "vllm" else None,
            about,
        ),
        **_common(line),
    )


def _exllamav2(line: Line, hardware: str, model: str, about: str | None) -> Measured:
    bits = re.fullmatch(r"EXL2 (\d\.\d) bpw", line["quant"])
    return Measured(
        source="exllamav2-readme-da07facd",
        locator=f"Performance: {line['model']}, {line['quant']}, {line['hardware']}",
        hardware=hardware,
        model=model,
        quantization=f"exl2-{bits[1]}bpw" if bits else "gptq-int4-g128",
        engine="exllamav2",
        date=date_in(line["commit_or_date"]),
        date_is="published",
        backend="cuda",
        note=_notes("length of the prompt not stated", about),
        **_common(line),
    )


# XiongjieDai's benchmark: llama-bench -n 512,1024,4096,8192. The gathered table drops the lengths and keeps the order
# of the README's columns, so four rows per machine and model.
GENERATED = (512, 1024, 4096, 8192)
FOUR_CARDS = {
    "A100 80GB PCIe": "a100-pcie-80gb",
    "A100 80GB SXM": "a100-sxm4-80gb",
    "A40": "a40",
    "H100 PCIe": "h100-pcie-80gb",
    "L40S": "l40s",
}
LLAMA_3 = {"8B": "meta-llama-3-8b", "70B": "meta-llama-3-70b"}


def four_cards(line: Line, place: int) -> Measured:
    """Read a row of XiongjieDai's benchmark from the table of datacentre cards; ``place`` is its place among four."""
    generated = GENERATED[place]
    size = line["model"].split(" ")[1]
    return Measured(
        source="xiongjiedai-gpu-benchmarks-00dd2bde",
        locator=f"README.md, LLaMA 3, {line['hw']} * {line['device_count']}, {size} {line['quant']}, tg {generated}",
        hardware=FOUR_CARDS[line["hw"]],
        count=int(line["device_count"]),
        model=LLAMA_3[size],
        quantization=GGUF[line["quant"]],
        engine="llama.cpp",
        date="2024-05",
        backend="cuda",
        pp=int(line["device_count"]),
        input_tokens=0.0,
        output_tokens=float(generated),
        in_flight=1.0,
        load="static",
        decode_tok_s=float(line["decode_tok_s"]),
        note="layer split",
    )
