"""Words for how a case is served, for its trust, and for the build of its card or model."""

from kb.search.words.tables import table

# A word, and the condition that it is: the field, the operator, the value.
CONDITIONS: dict[str, tuple[str, str, object]] = table(
    (
        ("disaggregated", "=", True),
        """
        disaggregated | disagg | pd-disagg | pd-disaggregated | disaggregation | pd分离 | p/d分离 | 分离式 |
        分离部署 | disaggregated serving | pd disaggregation | pd disagg | prefill decode disaggregation |
        预填充解码分离
        """,
    ),
    (
        ("speculation", "=", True),
        """
        speculative | speculative decoding | multi-token prediction | multi token prediction | speculation |
        spec decode | spec decoding | mtp | eagle | eagle3 | 投机 | 投机解码 | 投机采样 | 推测解码 |
        speculated | draft model
        """,
    ),
    (
        ("input_tokens", ">=", 32768),
        """
        long context | long-context | longcontext | 长上下文 | 长文本 | 超长上下文 | 長上下文 | long prompts |
        long prompt
        """,
    ),
    (
        ("moe", "=", True),
        """
        moe | mixture of experts | mixture-of-experts | 混合专家 | moe模型
        """,
    ),
    (
        ("moe", "=", False),
        """
        dense | dense model | dense models | 稠密 | 稠密模型 | non-moe
        """,
    ),
    (
        ("batch", "=", 1),
        """
        single stream | single-stream | 单流 | bs1 | b1
        """,
    ),
    (
        ("region", "=", "cn"),
        """
        domestic | chinese | chinese-made | made in china | 国产 | 國產 | 国产化 | 信创 | 国内
        """,
    ),
    (
        ("tier", "=", "measured"),
        """
        measured | 实测 | 實測
        """,
    ),
    (
        ("tier", "=", "reported"),
        """
        reported
        """,
    ),
    (
        ("tier", "=", "official"),
        """
        official | 官方
        """,
    ),
    (
        ("tier", "=", "derived"),
        """
        derived
        """,
    ),
    (
        ("tier", "=", "estimated"),
        """
        estimated
        """,
    ),
    (
        ("verdict", "=", "impossible"),
        """
        impossible | 不可能
        """,
    ),
    (
        ("verdict", "=", "does-not-fit"),
        """
        does-not-fit | does not fit | doesn't fit | do not fit | don't fit | doesnt fit | dont fit | 放不下 |
        装不下
        """,
    ),
    (
        ("verdict", "=", "match"),
        """
        match
        """,
    ),
    (
        ("verdict", "=", "faster-than-fit"),
        """
        faster than fit | faster-than-fit | faster than expected
        """,
    ),
    (
        ("verdict", "=", "slower-than-fit"),
        """
        slower than fit | slower-than-fit | slower than expected
        """,
    ),
    (
        ("verdict", "=", "not-checkable"),
        """
        not-checkable | not checkable | uncheckable
        """,
    ),
    (
        ("verdict", "=", "inconclusive-noisy"),
        """
        inconclusive | noisy
        """,
    ),
    (
        ("architecture", "=", "hopper"),
        """
        hopper
        """,
    ),
    (
        ("architecture", "=", "blackwell"),
        """
        blackwell
        """,
    ),
    (
        ("architecture", "=", "ada-lovelace"),
        """
        ada | ada-lovelace | ada lovelace | lovelace
        """,
    ),
    (
        ("architecture", "=", "ampere"),
        """
        ampere | 安培
        """,
    ),
    (
        ("architecture", "=", "turing"),
        """
        turing | 图灵
        """,
    ),
    (
        ("architecture", "=", "volta"),
        """
        volta
        """,
    ),
    (
        ("architecture", "=", "pascal"),
        """
        pascal
        """,
    ),
    (
        ("architecture", "=", "rubin"),
        """
        rubin
        """,
    ),
    (
        ("architecture", "=", "cdna2"),
        """
        cdna2 | cdna 2
        """,
    ),
    (
        ("architecture", "=", "cdna3"),
        """
        cdna3 | cdna 3
        """,
    ),
    (
        ("architecture", "=", "cdna4"),
        """
        cdna4 | cdna 4
        """,
    ),
    (
        ("architecture", "=", "rdna2"),
        """
        rdna2 | rdna 2
        """,
    ),
    (
        ("architecture", "=", "rdna3"),
        """
        rdna3 | rdna 3
        """,
    ),
    (
        ("architecture", "=", "rdna4"),
        """
        rdna4 | rdna 4
        """,
    ),
    (
        ("architecture", "=", "rdna3.5"),
        """
        rdna3.5 | rdna 3.5
        """,
    ),
    (
        ("architecture", "=", "da-vinci"),
        """
        da-vinci | davinci | da vinci | 达芬奇
        """,
    ),
    (
        ("architecture", "=", "battlemage"),
        """
        battlemage
        """,
    ),
    (
        ("architecture", "=", "alchemist"),
        """
        alchemist
        """,
    ),
    (
        ("architecture", "=", "ponte-vecchio"),
        """
        ponte vecchio | ponte-vecchio
        """,
    ),
)
