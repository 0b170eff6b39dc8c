"""Every place where a record names another one."""

from collections.abc import Iterator
from functools import singledispatch
from typing import NamedTuple

from kb.corpus.pointer import join
from kb.records import Case, Claim, Engine, Hardware, Model, Record, Server
from kb.records.claim import Subject


class Reference(NamedTuple):
    """At ``pointer``, the record named ``ref`` of kind ``kind`` is meant."""

    pointer: str
    kind: str
    ref: str


def references_of(record: Record) -> Iterator[Reference]:
    """Yield the references of ``record``, those of its evidence last."""
    for pointer, kind, ref in _own(record):
        if ref is not None:
            yield Reference(pointer, kind, ref)
    for index, evidence in enumerate(record.evidence):
        if isinstance(evidence.source, str):
            yield Reference(f"/evidence/{index}/source", "source", evidence.source)


_Maybe = Iterator[tuple[str, str, str | None]]


@singledispatch
def _own(record: Record) -> _Maybe:
    yield from ()


@_own.register
def _of_case(case: Case) -> _Maybe:
    stack = case.stack
    yield "/stack/model", "model", stack.model
    yield "/stack/engine/id", "engine", stack.engine.id if stack.engine else None
    yield "/stack/quantization", "quantization", stack.quantization
    for index, pool in enumerate(stack.pools):
        here = join("/stack/pools", index)
        yield f"{here}/hardware", "hardware", pool.hardware
        yield f"{here}/server", "server", pool.server
        yield f"{here}/intra_node", "interconnect", pool.intra_node
        yield f"{here}/inter_node", "interconnect", pool.inter_node


@_own.register
def _of_server(server: Server) -> _Maybe:
    for index, card in enumerate(server.hardware):
        yield join("/hardware", index), "hardware", card
    yield "/intra_node", "interconnect", server.intra_node
    yield "/inter_node", "interconnect", server.inter_node


@_own.register
def _of_hardware(hardware: Hardware) -> _Maybe:
    yield "/scale_up/interconnect", "interconnect", hardware.scale_up.interconnect
    yield "/host_link/interconnect", "interconnect", hardware.host_link.interconnect


@_own.register
def _of_model(model: Model) -> _Maybe:
    yield "/native_quantization", "quantization", model.native_quantization


@_own.register
def _of_engine(engine: Engine) -> _Maybe:
    for index, support in enumerate(engine.formats):
        yield f"/formats/{index}/id", "quantization", support.id


@_own.register
def _of_claim(claim: Claim) -> _Maybe:
    yield from _of_subject(claim.subject, "/subject")
    if claim.baseline is not None:
        yield from _of_subject(claim.baseline, "/baseline")


def _of_subject(subject: Subject, pointer: str) -> _Maybe:
    for kind in ("hardware", "server", "model", "engine", "quantization"):
        yield join(pointer, kind), kind, getattr(subject, kind)
