"""``kgen.yaml``, the declaration that people edit: what is wanted of one overlay.

`parse` reads it and collects all that is wrong with it, `check` holds it against the base, `json_schema` describes it
to editors. All three go by the one table in `kgen.overlay.spec.fields`.
"""

from kgen.overlay.spec.check import check
from kgen.overlay.spec.model import Image, NodeSize, PatchFile, Requirements, Spec, StorageFacts
from kgen.overlay.spec.parse import parse, place
from kgen.overlay.spec.schema import json_schema
from kgen.overlay.spec.starter import new_text
from kgen.overlay.spec.targets import (
    Container,
    config_maps,
    find_config_map,
    find_container,
    find_host_path,
    find_image,
    find_replicated,
)

__all__ = [
    "Container",
    "Image",
    "NodeSize",
    "PatchFile",
    "Requirements",
    "Spec",
    "StorageFacts",
    "check",
    "config_maps",
    "find_config_map",
    "find_container",
    "find_host_path",
    "find_image",
    "find_replicated",
    "json_schema",
    "new_text",
    "parse",
    "place",
]
