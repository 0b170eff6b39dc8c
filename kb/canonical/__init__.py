"""The one form that records are written in: order of keys, quoting, line breaks; comments stay where they belong."""

from kb.canonical.form import FormRefused, canonical
from kb.canonical.key_order import in_order
from kb.canonical.yaml_writer import to_yaml

__all__ = ["FormRefused", "canonical", "in_order", "to_yaml"]
