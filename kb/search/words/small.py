"""Small words: those that turn a meaning round, that set things against each other, and that say nothing."""

from kb.search.words.tables import phrases, table

NEGATIONS = frozenset(
    phrases(
        """
        dont | don't | doesn't | doesnt | avoid | besides | but | except | exclude | excluding | ignore |
        ignoring | isn't | minus | no | non | not | without | 不包括 | 不含 | 不带 | 不是 | 不用 | 不要 | 以外 |
        别用 | 排除 | 没有 | 除 | 除了 | 非
        """
    )
)
# They ask for a comparison; those after them merely join.
SETS_AGAINST = frozenset(
    phrases(
        """
        v. | 差多少 | 差距 | 差别 | 区别 | 选哪个 | 哪个好 | 哪个更好 | 哪个快 | 哪个更快 | 谁快 | 谁更快 |
        difference | against | compare | compared | v.s. | versus | vs | vs. | 对比 | 比较 | 相比 | 还是
        """
    )
)
JOINS = frozenset(
    phrases(
        """
        & | / | and | nor | or | 与 | 以及 | 及 | 和 | 或 | 或者 | 跟 | 还有
        """
    )
)

# After a day, what they say of it.
SINCE_AFTERWARDS = frozenset(phrases("以来 | 以后 | 之后 | 后 | 起 | 至今 | 开始 | 年以后 | 年以来 | 年之后 | 年后"))
UNTIL_AFTERWARDS = frozenset(phrases("以前 | 之前 | 前 | 年以前 | 年之前 | 年前"))

# Words that names have in another language, or another word for it.
SYNONYMS = {
    "蒸馏": "distill",
    "distilled": "distill",
    "笔记本": "mobile",
    "laptop": "mobile",
    "notebook": "mobile",
    "千问": "qwen",
    "通义千问": "qwen",
    "通义": "qwen",
    "智谱清言": "glm",
}

COUNTS: dict[str, int] = table(
    (
        1,
        """
        one | single | 一 | 单
        """,
    ),
    (
        2,
        """
        two | dual | double | 两 | 双 | 二
        """,
    ),
    (
        3,
        """
        three | 三
        """,
    ),
    (
        4,
        """
        four | quad | 四
        """,
    ),
    (
        8,
        """
        eight | octa | 八
        """,
    ),
    (
        16,
        """
        sixteen | 十六
        """,
    ),
    (
        32,
        """
        thirty-two | 三十二
        """,
    ),
    (
        64,
        """
        sixty-four | 六十四
        """,
    ),
)
CARDS = tuple(
    phrases(
        "cards | card | gpus | gpu | npus | npu | chips | chip | accelerators | accelerator | tpus | xpus | dcus | pcs"
    )
)
CARDS_CJK = tuple(phrases("张卡 | 块卡 | 张显卡 | 块显卡 | 个卡 | 卡 | 张 | 块 | 枚 | 颗"))

# What is said around a question and asks for nothing.
PASSED_OVER = frozenset(
    phrases(
        """
        teh | 开 | 开启 | 好 | 后来 | later | want | wanted | 之间 | 哪 | 哪张 | 哪块 | 版 | 版本 | million |
        知道 | 人 | 测 | 测过 | 过 | 估算 | 估计 | 晶片 | 参考 | 采购 | trust | marketing | rag | 有人 | 谢谢 |
        数据 | 成绩 | 单 | wide | way | ways | among | amongst | only | tier | tiers | verdict | verdicts |
        prefill/decode | first | prefill | decode | needed | ones | one | across | ever | anything |
        everything | something | nothing | w/ | w/o | ai | physically | architecture | architectures | 架构 |
        满血 | 满血版 | 机 | 两机 | 节点 | 张卡 | 块卡 | 几张 | 几张卡 | 几块卡 | silicon | edition | by |
        scaling | block | mlperf | rocm | vulkan | cuda | metal | 还 | 大语言模型 | 显卡 | 跑分 | & | * | + |
        - | / | : | = | @ | a | about | accelerator | accelerators | actual | actually | after | against | all |
        also | am | an | and | another | any | anybody | anyone | approx | approximately | are | around | as |
        at | b | be | been | before | being | bench | benchmark | benchmarked | benchmarks | best | better |
        between | big | billion | both | box | budget | build | buy | buying | cache | can | card | cards |
        case | cases | cheap | cheaper | chip | chips | claim | claimed | claims | class | cloud | come |
        comes | compare | compared | comparison | computer | config | configs | configuration | context | cost |
        costs | could | current | currently | data | deploy | deployed | deployment | deployments | desktop |
        did | different | do | does | done | down | during | each | either | engine | enough | entries | entry |
        even | every | evidence | expect | expected | expecting | families | family | fast | faster | fastest |
        few | figure | figures | find | fit | fits | fitting | folks | for | format | formats | from | gen |
        generation | get | getting | give | go | going | good | got | gpu | gpus | great | had | handle |
        handled | handles | hardware | has | have | having | he | hello | help | hey | hi | high | higher |
        highest | home | host | hosted | hosting | how | how's | hows | huge | i | i'd | i'm | i've | id | if |
        im | in | infer | inference | inferencing | info | information | into | is | is_there | it | its | ive |
        just | kind | kinds | know | kv | large | latency | least | length | lengths | less | let | let's |
        lets | level | list | llm | llms | load | loads | local | locally | long | look | looking | low |
        lower | lowest | machine | made | make | makes | many | me | measure | measurement | measurements |
        model | models | money | more | most | much | my | need | new | node | nodes | now | npu | npus |
        number | numbers | of | off | old | on | on-prem | or | other | others | our | out | over | param |
        parameter | parameters | params | pc | people | per | per-second | perf | performance | please | pls |
        possible | precision | price | prices | prod | production | quant | quantisation | quantised |
        quantization | quantized | quants | question | ran | rate | real | really | record | recorded |
        records | release | releases | report | reports | result | results | rig | roughly | run | running |
        runs | said | same | say | says | scenario | second | see | seen | series | serve | served | server |
        serving | set | sets | setup | setups | she | should | show | size | sized | sizes | slow | slower |
        small | so | some | somebody | someone | speed | speeds | stack | stats | still | tell | test | tested |
        testing | tests | than | thank | thanks | that | the | their | then | there | these | they | think |
        thinks | this | those | throughput | to | today | tok | tok/s | token | tokens | top | tried | try |
        trying | type | types | under | up | us | usage | use | used | uses | using | version | versions |
        versus | via | vs | was | we | weight | weights | were | what | what's | whats | when | where | wheres |
        which | while | who | whom | whose | why | will | window | with | wonder | wondering | work | working |
        workload | workloads | works | workstation | worth | would | x | yet | you | your | ~ | × | – | — |
        • | … | いくら | か | から | が | くらい | で | です | と | どの | どれ | に | の | は | ます | まで |
        も | を | ベンチマーク | 上 | 上下文 | 下 | 与 | 且 | 且要 | 业务 | 个 | 中 | 为 | 为什么 | 之 | 也 |
        买 | 了 | 什么 | 从 | 以及 | 任何 | 会 | 但 | 低 | 何 | 你 | 使う | 使った | 使用 | 值得 | 做 | 做到 |
        全部 | 关于 | 其 | 其中 | 几 | 出 | 分别 | 列出 | 到 | 功耗 | 加速卡 | 動かす | 動く | 区别 | 单机 |
        卡 | 去 | 参数 | 参数量 | 及 | 可不可以 | 可以 | 台 | 各 | 各自 | 吗 | 吞吐 | 吞吐量 | 吧 | 呢 | 和 |
        哪个 | 哪些 | 哪款 | 哪种 | 啊 | 在 | 地 | 场景 | 块 | 基于 | 基准 | 多 | 多少 | 大 | 大概 | 大模型 |
        大约 | 太 | 如何 | 家 | 对 | 对比 | 小 | 就 | 左右 | 差 | 差别 | 差多少 | 差距 | 帮我 | 平台 | 并 |
        延迟 | 引擎 | 张 | 强 | 很 | 得 | 快 | 快多少 | 怎么 | 怎么样 | 怎样 | 性能 | 情况 | 想 | 想要 | 慢 |
        我 | 我们 | 或 | 或者 | 所有 | 找 | 把 | 推理 | 推荐 | 推論 | 支持 | 效果 | 教えて | 方案 | 时 | 时候 |
        时延 | 是 | 显存 | 显示 | 更 | 更快 | 最 | 最好 | 最高 | 有 | 有没有 | 服务器 | 机器 | 权重 | 条件 |
        来 | 查 | 查询 | 格式 | 框架 | 模型 | 款 | 每 | 每块 | 每张 | 每秒 | 比 | 比较 | 没有 | 测评 | 测试 |
        满足 | 环境 | 用 | 由 | 的 | 看 | 看看 | 硬件 | 种 | 秒 | 算力 | 类 | 精度 | 系列 | 結果 | 结果 | 给 |
        给我 | 而 | 能 | 能不能 | 能否 | 芯片 | 表现 | 要 | 要求 | 让 | 设备 | 评测 | 请 | 请问 | 谁 | 谁更快 |
        跑 | 跑出 | 跑到 | 跑得 | 跟 | 输入 | 输出 | 达到 | 运行 | 还是 | 这 | 这个 | 适合 | 选 | 选择 | 通过 |
        速い | 速度 | 速率 | 那 | 那个 | 部署 | 都 | 配置 | 采用 | 里 | 量化 | 长度 | 问 | 集群 | 需要 | 高
        """
    )
)
