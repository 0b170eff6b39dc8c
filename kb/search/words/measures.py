"""Words for what is measured, how numbers are compared, and in which units."""

from kb.search.words.tables import table

# A measure as people write it: the column that holds it. The longer of two words is tried first.
METRICS: dict[str, str] = table(
    (
        "decode_tok_s",
        """
        decode | decode speed | decode throughput | decode rate | output throughput | output token throughput |
        generation | generation speed | throughput | tput | output speed | speed | tg | tok/s | tokens/s | tps |
        吞吐 | 吞吐量 | 解码 | 解码速度 | 解码吞吐 | 生成速度 | 输出速度 | 速度 | スループット
        """,
    ),
    (
        "decode_tok_s_per_card",
        """
        per card | per gpu | throughput per card | throughput per gpu | decode per card | decode per gpu |
        per-gpu throughput | per-card throughput | 单卡吞吐 | 单卡吞吐量 | 单卡速度 | 单卡解码 | 每卡 |
        每卡吞吐 | 每卡吞吐量
        """,
    ),
    (
        "per_user_tok_s",
        """
        per user | per-user speed | speed per user | per user speed | interactivity | 单用户 | 单用户速度 |
        每用户 | 每用户速度
        """,
    ),
    (
        "prefill_tok_s",
        """
        prefill | prefill speed | prefill throughput | prompt processing | pp speed | 预填充 | 预填充速度 |
        预填充吞吐
        """,
    ),
    (
        "total_tok_s",
        """
        total throughput | total tokens | 总吞吐 | 总吞吐量
        """,
    ),
    (
        "ttft_ms",
        """
        ttft | time to first token | first token | first token latency | first-token latency | 首字 | 首字延迟 |
        首字时延 | 首token | 首token延迟 | 首token时延 | 首包延迟
        """,
    ),
    (
        "tpot_ms",
        """
        tpot | tbt | time per output token | latency | token latency | 延迟 | 时延 | 每token延迟
        """,
    ),
    (
        "itl_ms",
        """
        itl | inter token latency | inter-token latency
        """,
    ),
    (
        "e2e_ms",
        """
        e2e | e2e latency | end to end | end-to-end | end to end latency | end-to-end latency | 端到端延迟 |
        端到端时延
        """,
    ),
    (
        "power_per_card_w",
        """
        power | power draw | power consumption | draw | draws | drawing | consumes | power per card | 功耗 |
        单卡功耗
        """,
    ),
    (
        "memory_per_card_gb",
        """
        memory | vram | memory use | memory per card | memory per gpu | vram per gpu | vram per card | 显存 |
        显存占用
        """,
    ),
    (
        "cards",
        """
        cards | gpus | chips
        """,
    ),
    (
        "batch",
        """
        batch | batch size | bs | bsz | batchsize | 批大小
        """,
    ),
    (
        "concurrency",
        """
        concurrency | conc | 同时接続数 | 同时并发 | concurrent requests | concurrent users | 并发 | 并发数
        """,
    ),
    (
        "request_rate_s",
        """
        qps | rps | request rate
        """,
    ),
    (
        "input_tokens",
        """
        input | input length | prompts | prompt lengths | input tokens | isl | prompt | prompt length |
        prompt tokens | 输入 | 输入长度
        """,
    ),
    (
        "output_tokens",
        """
        output | output length | output tokens | osl | 输出 | 输出长度
        """,
    ),
    (
        "tp",
        """
        tp | tensor parallel | tensor parallelism | 张量并行
        """,
    ),
    (
        "ep",
        """
        ep | expert parallel | expert parallelism | 专家并行 | 专家并行ep
        """,
    ),
    (
        "dp",
        """
        dp | data parallel | data parallelism | 数据并行
        """,
    ),
)
# What is counted, not measured: "1k" of it may be 1,000 or 1,024.
LENGTHS = ("input_tokens", "output_tokens")

OPERATORS: dict[str, str] = table(
    (
        ">",
        """
        > | above | over | more than | greater than | higher than | faster than | exceeding | 大于 | 超过 |
        高于 | 多于
        """,
    ),
    (
        ">=",
        """
        >= | => | ≥ | at least | minimum | min | no less than | not less than | 大于等于 | 不低于 | 不小于 |
        不少于 | 至少 | 以上
        """,
    ),
    (
        "<",
        """
        < | 不到 | 不足 | below | under | less than | lower than | fewer than | 小于 | 低于 | 少于
        """,
    ),
    (
        "<=",
        """
        <= | =< | ≤ | within | at most | up to | no more than | not more than | maximum | max | 小于等于 |
        不超过 | 不高于 | 不大于 | 至多 | 最多
        """,
    ),
    (
        "=",
        """
        exactly | = | == | : | ： | 等于
        """,
    ),
)
# Said after the number: "2000 tok/s or more", "100毫秒以内".
AFTERWARDS: dict[str, str] = table(
    (
        ">=",
        """
        or more | or above | or higher | or better | and up | + | 以上 | 及以上
        """,
    ),
    (
        "<=",
        """
        or less | or below | or lower | or fewer | 以内 | 之内 | 及以下
        """,
    ),
    (
        "<",
        """
        以下
        """,
    ),
)

# A unit: the column that it speaks of where no measure is named (None: it does not say), and what it multiplies a
# number by, to come to the unit of the column.
UNITS: dict[str, tuple[str | None, float]] = table(
    (
        ("decode_tok_s", 1),
        """
        tok/s | tokens/s | token/s | tps | t/s | toks/s | tok/sec | tokens/sec | tokens per second |
        token per second | tokens/second | tok per second | token每秒 | tokens每秒 | token/秒 | tokens/秒 |
        个token每秒
        """,
    ),
    (
        ("decode_tok_s", 1000),
        """
        ktok/s | ktps | k tok/s | k tokens/s | k tps
        """,
    ),
    (
        ("decode_tok_s_per_card", 1),
        """
        tok/s/gpu | tokens/s/gpu | tps/gpu | tok/s/card | tok/s per gpu | tok/s per card | tokens/s per gpu |
        tokens/s per card | tps per gpu | tps per card | tok/s/卡 | tokens/s/卡 | token/s/卡 |
        tokens per second per gpu
        """,
    ),
    (
        ("per_user_tok_s", 1),
        """
        tok/s/user | tokens/s/user | tps/user | tok/s per user | tokens/s per user | tps per user | tok/s/用户 |
        tokens/s/用户 | tokens per second per user
        """,
    ),
    (
        (None, 1),
        """
        ms | 毫秒 | msec | milliseconds | tokens | token | toks
        """,
    ),
    (
        (None, 1000),
        """
        s | sec | secs | second | seconds | 秒
        """,
    ),
    (
        (None, 0.001),
        """
        us | µs | μs | 微秒
        """,
    ),
    (
        ("memory_per_card_gb", 1),
        """
        gb | gib | g
        """,
    ),
    (
        ("power_per_card_w", 1),
        """
        w | watt | watts | 瓦
        """,
    ),
    (
        ("power_per_card_w", 1000),
        """
        kw
        """,
    ),
    (
        ("request_rate_s", 1),
        """
        qps | rps | req/s | requests/s
        """,
    ),
    (
        ("cards", 1),
        """
        cards | card | gpus | gpu | chips | npus | 卡 | 张卡 | 块卡
        """,
    ),
    (
        ("concurrency", 1),
        """
        concurrent users | concurrent requests | users | 并发
        """,
    ),
)
# The kind of a unit tells whether it can belong to a measure: no power is in milliseconds.
TIMES = ("ttft_ms", "tpot_ms", "itl_ms", "e2e_ms")
