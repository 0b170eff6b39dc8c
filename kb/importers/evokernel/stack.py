"""The ``stack`` of an item -> model, engine, formats and pools of cards."""

from typing import Any

from kb.importers.desk import UNNAMED, Desk
from kb.importers.json_input import Reader
from kb.importers.present import present


def read_stack(item: Reader, desk: Desk) -> dict[str, Any]:
    """Return the stack of a case record."""
    stack, reproduction = item.child("stack"), item.child("reproduction")
    model = stack.child("model")
    model.value("weight_format")  # the format the lab publishes in: a fact about the model, not about this deployment
    quantization = stack.text("quantization")
    if quantization is None:
        desk.missing.append("the export does not say how the weights were quantized (stack.quantization)")
    return present(
        model=desk.id("model", model.needed_text("id"), f"{model.path}.id"),
        engine=_engine(stack.child("engine"), desk),
        quantization=quantization and desk.id("quantization", quantization, f"{stack.path}.quantization"),
        pools=_pools(stack, desk),
        driver=stack.text("driver"),
        os=stack.text("os"),
        command=reproduction.text("startup_command"),
        config_files=reproduction.texts("config_files"),
        benchmark_tool=reproduction.text("benchmark_tool"),
    )


def _engine(engine: Reader, desk: Desk) -> dict[str, Any] | None:
    name, version = engine.text("id"), engine.text("version")
    if name is None:
        desk.missing.append("the export names no engine (stack.engine)")
        return None
    if version is None:
        desk.missing.append("the export does not say which version of the engine ran (stack.engine.version)")
    return present(id=desk.id("engine", name, f"{engine.path}.id"), version=version)


def _pools(stack: Reader, desk: Desk) -> list[dict[str, Any]]:
    hardware, server, links = stack.child("hardware"), stack.child("server"), stack.child("interconnect")
    parallel = stack.child("parallel")
    count = hardware.count("count")
    if count is None:
        raise hardware.fail("count", "is missing")
    server_name = server.text("id")
    pool = present(
        hardware=desk.id("hardware", hardware.needed_text("id"), f"{hardware.path}.id"),
        count=count,
        server=server_name and desk.id("server", server_name, f"{server.path}.id"),
        parallelism=present(**{rank: parallel.count(rank) for rank in ("tp", "pp", "ep", "dp", "sp")}),
        intra_node=desk.link(links.text("intra_node"), f"{links.path}.intra_node"),
        inter_node=desk.link(links.text("inter_node"), f"{links.path}.inter_node"),
        topology=hardware.text("topology"),
    )
    disaggregated, split = parallel.flag("disaggregated"), parallel.child("disaggregated_split")
    prefill, decode = split.count("prefill_cards"), split.count("decode_cards")
    if not disaggregated:
        return [pool]
    if prefill is None or decode is None:
        desk.missing.append("the export calls the case disaggregated, and does not say how many cards each pool has")
        return [pool]
    return _two_pools(pool, prefill, decode, desk)


def _two_pools(pool: dict[str, Any], prefill: int, decode: int, desk: Desk) -> list[dict[str, Any]]:
    """Split ``pool``; the export has room for one kind of card, which is that of both pools only if the sum fits."""
    first = {"role": "prefill", **pool, "count": prefill}
    second = {"role": "decode", **pool, "count": decode}
    if pool["count"] != prefill + decode:
        first["hardware"] = UNNAMED
        first.pop("server", None)
        where = f"; its topology reads {pool['topology']!r}" if "topology" in pool else ""
        desk.missing.append(
            f"the hardware of the prefill pool: the export names {pool['hardware']} only, for {pool['count']} cards of"
            f" {prefill} + {decode}, taken here to be the decode pool{where}"
        )
    if "parallelism" in pool:
        desk.missing.append("whether the one parallelism of the export holds for both pools, as the draft has it")
    return [first, second]
