"""A base, a declaration and a cluster's facts → the desired state, with the reason of every change."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kgen import yamlio
from kgen.fieldpath import FieldPath, ItemKey
from kgen.filesystem import MemoryFileSystem
from kgen.kustomize import build
from kgen.overlay.edits import Edit, apply_edits
from kgen.overlay.rules import Notice, State, run
from kgen.overlay.spec import Spec
from kgen.overlay.synthesise import FIELD_ORDER, Directives
from kgen.resource import Body, ResourceId, ResourceMap

# Exist in every cluster: https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/
_INITIAL_NAMESPACES: Final = ("default", "kube-system", "kube-public", "kube-node-lease")

_DECLARED: Final = "declared in kgen.yaml"


@dataclass(frozen=True, slots=True)
class Wish:
    """What an overlay is to make of its base.

    Attributes:
        edited: The base's resources with all edits made, before kustomize's own fields apply.
        edits: What was changed and why: declared edits first, then those of the rules.
        directives: kustomize's own fields, and resources to add.
        notices: What the person should know.
    """

    edited: ResourceMap
    edits: tuple[Edit, ...]
    directives: Directives
    notices: tuple[Notice, ...]
