"""The changes of a preview as patches: what would make them, for kustomize or as JSON patches.

https://datatracker.ietf.org/doc/html/rfc6902
"""

import json
from collections.abc import Sequence
from typing import Any

from kgen import yamlio
from kgen.commands.diff import Preview
from kgen.equality import same
from kgen.errors import InputError
from kgen.filesystem import MemoryFileSystem
from kgen.preview.comparison import Comparison, ResourceChange
from kgen.preview.masking import holds_secrets
from kgen.resource import Body, Resource, ResourceId, ResourceMap

_BASE, _OVERLAY = "/diff/base", "/diff/overlay"


def kustomize_patches(preview: Preview) -> str:
    """The files of overlays that make the changes, one after another; nothing where nothing differs.

    Raises:
        InputError: They would tell secrets, or a state before cannot be built.
        Inexpressible: No overlay makes a change.
    """
    _refuse_secrets(preview)
    found = zip(preview.raw, preview.states, strict=True)
    return "---\n".join(filter(None, (_files(comparison, *states) for comparison, states in found)))


def json_patches(preview: Preview) -> str:
    """For each comparison each changed resource with the operations that make the change.

    Raises:
        InputError: They would tell secrets.
    """
    _refuse_secrets(preview)
    document = [
        {"name": comparison.name, "against": comparison.against, "resources": list(map(_patched, comparison.resources))}
        for comparison in preview.raw
    ]
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _refuse_secrets(preview: Preview) -> None:
    changes = [change for comparison in preview.raw for change in comparison.resources]
    told = [] if preview.tells_secrets else [str(change.id) for change in changes if holds_secrets(change)]
    if told:
        names = ", ".join(dict.fromkeys(told))
        raise InputError(f"a patch would tell the secrets of {names}", hint="say --show-secrets if it may")


def _files(comparison: Comparison, before: Sequence[Resource], after: Sequence[Resource]) -> str:
    from kgen.kustomize import build
    from kgen.overlay.desired import Wish
    from kgen.overlay.synthesise import Directives
    from kgen.overlay.verify import compose

    if not comparison.resources:
        return ""
    files = {"kustomization.yaml": "resources: [all.yaml]\n", "all.yaml": yamlio.dump(r.body for r in before)}
    fs = MemoryFileSystem({f"{_BASE}/{name}": text for name, text in files.items()})
    base = build(_BASE, fs)
    former = {change.id: change.renamed_from for change in comparison.resources if change.renamed_from}
    wanted = ResourceMap(_placed(resource, former.get(resource.id)) for resource in after)
    made, _ = compose(_OVERLAY, Wish(wanted, (), Directives("../base"), is_free=True), base, fs)
    return "---\n".join(f"# {name}\n{text}" for name, text in made.files.items())


def _placed(resource: Resource, former: ResourceId | None) -> Resource:
    return Resource(resource.body, resource.origin, (former,) if former else ())


def _patched(change: ResourceChange) -> Body:
    was = change.before if change.before is not None else change.resource
    return {
        "apiVersion": was.id.gvk.api_version,
        "kind": was.id.gvk.kind,
        "namespace": was.id.namespace,
        "name": was.id.name,
        "patch": _operations(change),
    }


def _operations(change: ResourceChange) -> list[Any]:
    if change.before is None:
        return [{"op": "add", "path": "", "value": change.resource.body}]
    if change.after is None:
        return [{"op": "remove", "path": ""}]
    from jsonpatch import JsonPatch, make_patch

    operations: list[Any] = make_patch(change.before.body, change.after.body).patch
    # To the library 1, 1.0 and true are one.
    is_right = same(JsonPatch(operations).apply(change.before.body), change.after.body)
    return operations if is_right else [{"op": "replace", "path": "", "value": change.after.body}]
