"""The changes of a preview as patches: what would make them, for kustomize or as JSON patches.

https://datatracker.ietf.org/doc/html/rfc6902
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from kgen import yamlio
from kgen.commands.diff import Preview
from kgen.equality import same
from kgen.errors import InputError
from kgen.filesystem import MemoryFileSystem
from kgen.preview.compare import compare
from kgen.preview.comparison import ResourceChange
from kgen.preview.masking import secrets_in
from kgen.preview.secret_values import leaves
from kgen.redaction import Redactor
from kgen.renderers.json import finding
from kgen.resource import Body, Resource, ResourceId, ResourceMap

_IF_IT_MAY: Final = "say --show-secrets if it may"
_BASE, _OVERLAY = "/diff/base", "/diff/overlay"


def kustomize_patches(preview: Preview) -> str:
    """The files of overlays that make the changes, one after another, below what they do; else nothing.

    Raises:
        InputError: They would tell secrets, or a state before cannot be built.
        Inexpressible: No overlay makes a change.
    """
    _refuse_secrets(preview)
    files = [file for states in preview.states for file in _files(*states).items()]
    _refuse_repeated(preview, ((name, [one.body for one in yamlio.load(text, name)]) for name, text in files))
    heads = [f"# {name}\n" for name, _ in files]
    heads[:1] = [head + "".join(_told(preview)) for head in heads[:1]]
    return "---\n".join(head + text for head, (_, text) in zip(heads, files, strict=True))


def _told(preview: Preview) -> Iterator[str]:
    """What the changes do when they are applied, as comments."""
    for comparison in preview.comparisons:
        for found in comparison.findings:
            yield f"# ! {found.resource}: {found.message} ({found.rule})\n"


def json_patches(preview: Preview) -> str:
    """For each comparison each changed resource with the operations that make the change, and what these do.

    Raises:
        InputError: They would tell secrets.
    """
    _refuse_secrets(preview)
    patched = [list(map(_patched, compare(*states).resources)) for states in preview.states]
    _refuse_repeated(preview, ((f"{one['kind']}/{one['name']}", one["patch"]) for each in patched for one in each))
    document = [
        {"name": one.name, "against": one.against, "resources": each, "findings": [*map(finding, one.findings)]}
        for one, each in zip(preview.comparisons, patched, strict=True)
    ]
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _refuse_secrets(preview: Preview) -> None:
    """Changes of secrets cannot be told without them."""
    pairs = zip(preview.raw, preview.comparisons, strict=True)
    changes = [pair for raw, shown in pairs for pair in zip(raw.resources, shown.resources, strict=True)]
    told = [str(raw.id) for raw, shown in changes if _content(raw) != _content(shown)]
    if told:
        names = ", ".join(dict.fromkeys(told))
        raise InputError(f"a patch would tell the secrets of {names}", hint=_IF_IT_MAY)


def _content(change: ResourceChange) -> Any:
    """What a patch tells of a change."""
    if change.op != "change":
        return change.resource.body
    return [(str(field.path), field.before, field.after) for field in change.fields]


def _refuse_repeated(preview: Preview, patches: Iterable[tuple[str, Any]]) -> None:
    """A list that is replaced holds what did not change in it, too."""
    if preview.tells_secrets:
        return
    states = (resource for pair in preview.states for side in pair for resource in side)
    secrets, redactor = secrets_in(preview.raw, states), Redactor()
    for name, patch in patches:
        if any(text in secrets or redactor.text(text) != text for text in leaves(patch)):
            raise InputError(f"a patch would tell secrets that did not change: {name}", hint=_IF_IT_MAY)


def _files(before: Sequence[Resource], after: Sequence[Resource]) -> Mapping[str, str]:
    from kgen.kustomize import build
    from kgen.overlay.desired import Wish
    from kgen.overlay.synthesise import Directives
    from kgen.overlay.verify import compose

    comparison = compare(before, after)
    if not comparison.resources:
        return {}
    files = {"kustomization.yaml": "resources: [all.yaml]\n", "all.yaml": yamlio.dump(r.body for r in before)}
    fs = MemoryFileSystem({f"{_BASE}/{name}": text for name, text in files.items()})
    base = build(_BASE, fs)
    former = {change.id: change.renamed_from for change in comparison.resources if change.renamed_from}
    wanted = ResourceMap(_placed(resource, former.get(resource.id)) for resource in after)
    made, _ = compose(_OVERLAY, Wish(wanted, (), Directives("../base"), is_free=True), base, fs)
    return made.files


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
