"""``buildMetadata``: annotations that tell where a resource comes from and what changed it.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/buildmetadata/
"""

import re
from collections.abc import Iterable

from kgen.errors import Unsupported
from kgen.kustomize.collection import Collection
from kgen.kustomize.draft import Draft, Maker
from kgen.kustomize.fields import Place
from kgen.kustomize.fieldspecs import FieldSpec
from kgen.kustomize.manifests import CHANGES, ORIGIN
from kgen.kustomize.transformers.labels import EntriesTransformer
from kgen.resource import Body
from kgen.yamlio.quoting import is_ambiguous
from kgen.yamlio.scalars import number

MANAGED_BY, VERSION = "app.kubernetes.io/managed-by", "kustomize-(devel)"
_PLAIN = re.compile(r"[A-Za-z0-9_./][A-Za-z0-9_./+=,@()~^$-]*")
_SPACED = re.compile(rf"(?=.{{,50}}\Z){_PLAIN.pattern}(?: +[A-Za-z0-9_./+=,@()~^$-]+)*")
"""What all versions of go-yaml write as it stands, in one line."""


def refuse_notes(draft: Draft, said: Iterable[str]) -> None:
    """Kustomize takes its annotations for its own, whoever wrote them.

    Raises:
        Unsupported: It has one of them.
    """
    wanted = {"originAnnotations", "transformerAnnotations"} & set(said)
    for key in (ORIGIN, CHANGES) if wanted else ():
        if key in draft.strings("annotations"):
            raise Unsupported(f"buildMetadata and the annotation {key} of {draft.id}", origin=draft.origin)


def annotate(collection: Collection, said: Iterable[str]) -> None:
    """Write down what was asked for.

    Raises:
        Unsupported: A path is not plain text in YAML.
    """
    options = set(said)
    if "managedByLabel" in options:
        _label(collection)
    for draft in collection:
        notes: Body = {}
        if "originAnnotations" in options and draft.maker is not None:
            notes[ORIGIN] = _written(draft.maker)
        if "transformerAnnotations" in options and draft.changes:
            notes[CHANGES] = "".join(_item(maker) for maker in draft.changes)
        if notes:
            Place(draft.body["metadata"], "annotations").put({**draft.strings("annotations"), **notes})


def _label(collection: Collection) -> None:
    """Add the label of ``managedByLabel``."""
    EntriesTransformer({MANAGED_BY: VERSION}, (FieldSpec("metadata/labels", create=True),)).transform(collection)


def _item(maker: Maker) -> str:
    first, *rest = _written(maker).splitlines(keepends=True)
    return "- " + first + "".join(f"  {line}" for line in rest)


def _written(maker: Maker) -> str:
    by = {"apiVersion": maker.api_version, "kind": maker.kind, "name": maker.name, "namespace": maker.namespace}
    paths = {"path": maker.path, "configuredIn": maker.configured_in}
    lines = [f"{key}: {_plain(value)}" for key, value in paths.items() if value]
    if maker.kind:
        lines += ["configuredBy:", *(f"  {key}: {_plain(value)}" for key, value in by.items() if value)]
    return "".join(f"{line}\n" for line in lines)


def _plain(value: str) -> str:
    if not (_PLAIN.fullmatch(value) or _SPACED.fullmatch(value)) or is_ambiguous(value) or number(value) is not None:
        raise Unsupported(f"buildMetadata with the text '{value}'", hint="build with --engine kubectl")
    return value
