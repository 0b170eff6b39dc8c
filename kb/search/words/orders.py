"""Words that put answers into an order."""

from kb.search.words.tables import table

# A superlative, and the column and direction that it means. Rates are per card, since numbers of cards differ.
ORDERS: dict[str, tuple[str, str]] = table(
    (
        ("decode_tok_s_per_card", "desc"),
        """
        fastest | quickest | best decode speed | best decode | best decode throughput | most fast | best tok/s |
        best tokens/s | best tps | best tokens per second | highest throughput | best throughput |
        max throughput | most throughput | maximum throughput | peak throughput | highest decode |
        highest tok/s | most tok/s | highest tokens/s | most tokens per second | highest decode throughput |
        highest output throughput | highest tps | highest speed | best speed | top speed | fastest decode |
        highest throughput per gpu | highest throughput per card | 最快 | 最快的 | 吞吐最高 | 吞吐量最高 |
        最高吞吐 | 最高吞吐量 | 吞吐最大 | 最大吞吐 | 速度最快 | 解码最快 | 单卡吞吐最高 | 单卡最快 | 最速 |
        性能最好 | 性能最强 | 性能最高 | 跑得最快 | 最も速い
        """,
    ),
    (
        ("decode_tok_s_per_card", "asc"),
        """
        slowest | lowest throughput | 最慢 | 吞吐最低
        """,
    ),
    (
        ("tpot_ms", "asc"),
        """
        lowest latency | lowest tpot | best latency | best tpot | lowest token latency | lowest itl |
        smallest tpot | min tpot | minimum latency | least latency | 延迟最低 | 最低延迟 | 时延最低 | 最低时延 |
        tpot最低 | 延迟最小
        """,
    ),
    (
        ("ttft_ms", "asc"),
        """
        lowest ttft | best time to first token | best first token latency | best ttft | fastest ttft |
        fastest first token | shortest ttft | min ttft | lowest time to first token |
        fastest time to first token | lowest first token latency | quickest first token | 首字延迟最低 |
        首字最快 | ttft最低 | 首token延迟最低 | 首token最快 | 首字时延最低 | 首包最快
        """,
    ),
    (
        ("per_user_tok_s", "desc"),
        """
        fastest per user | highest per user | highest interactivity | best per user speed |
        fastest single user | highest tok/s/user | highest per-user speed | 单用户最快 | 单用户速度最快 |
        highest speed per user
        """,
    ),
    (
        ("prefill_tok_s", "desc"),
        """
        fastest prefill | highest prefill | best prefill | fastest prompt processing | 预填充最快 |
        prefill最快
        """,
    ),
    (
        ("day", "desc"),
        """
        newest | latest | most recent | freshest | 最新 | 最近
        """,
    ),
    (
        ("day", "asc"),
        """
        oldest | earliest | 最早 | 最旧
        """,
    ),
    (
        ("usd_per_million_tokens", "asc"),
        """
        cheapest | cost per million tokens | cost per token | cheapest per token | cheapest per million tokens |
        lowest cost | lowest cost per token | lowest cost per million tokens | least expensive |
        most cost effective | most cost-effective | best price performance | best value | 最便宜 | 成本最低 |
        性价比最高 | 每token成本最低 | 最省钱 | 单价最低
        """,
    ),
    (
        ("tokens_per_joule", "desc"),
        """
        most efficient | most energy efficient | most power efficient | best efficiency | best perf per watt |
        best performance per watt | highest tokens per joule | most tokens per joule | tokens per joule |
        tok/j | best tokens per watt | tokens per watt | perf per watt | performance per watt |
        energy efficient | power efficient | 能效最高 | 能效比最高 | 最节能 | 最省电 | 能效最好 | 每瓦性能最高 |
        能耗最低 | 能效
        """,
    ),
    (
        ("power_per_card_w", "asc"),
        """
        lowest power | least power | 功耗最低 | 最低功耗
        """,
    ),
    (
        ("cards", "asc"),
        """
        fewest | fewest cards | fewest gpus | least cards | least gpus | smallest number of cards |
        smallest number of gpus | minimum cards | minimum gpus | 卡数最少 | 最少的卡 | 最少卡 | 用卡最少 |
        最少几张卡
        """,
    ),
    (
        ("batch", "desc"),
        """
        largest batch | biggest batch
        """,
    ),
    (
        ("concurrency", "desc"),
        """
        highest concurrency | most concurrent | most concurrent users | 并发最高 | 最高并发
        """,
    ),
    (
        ("memory_per_card_gb", "asc"),
        """
        least memory | lowest memory | 显存最低 | 显存占用最低
        """,
    ),
)
