"""How a preview says things, the same words in every format: names, renames, values. Plain text, nothing escaped."""

import json
from typing import Any, Final

from kgen.preview.comparison import FieldChange, Level, Move, ResourceOp
from kgen.preview.entries import Entry
from kgen.resource import ResourceId

SIGNS: Final[dict[ResourceOp, str]] = {"add": "+", "remove": "-", "change": "~"}
LEVELS: Final[dict[Level, str]] = {"blocking": "✖", "warning": "!", "note": "i"}
"""A sign of its own for each, so that nothing hangs on a colour."""


def plural(count: int, one: str, many: str | None = None) -> str:
    """``1 pod``, ``2 pods``, ``12,000 pods``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def resource(of: ResourceId) -> str:
    """``Deployment/web in prod``."""
    return f"{of} in {of.namespace}" if of.namespace else str(of)


def move(of: Move) -> str:
    """``10 resources renamed: prefix dev-``; ``3 resources moved: namespace default → dev``."""
    parts = [_replaced(word, *texts) for word, texts in (("prefix", of.prefix), ("suffix", of.suffix)) if any(texts)]
    verb = "renamed" if parts else "moved"
    if of.namespaces is not None:
        before, after = (namespace or "(none)" for namespace in of.namespaces)
        parts.append(f"namespace {before} → {after}")
    return f"{plural(len(of.members), 'resource')} {verb}: {', '.join(parts)}"


def _replaced(word: str, before: str, after: str) -> str:
    if before and after:
        return f"{word} {before} → {after}"
    return f"{word} {after}" if after else f"{word} {before} removed"


def former(entry: Entry) -> str | None:
    """``renamed from web-cfg-m5d2cggb7k, 2 references follow``, where it was renamed."""
    if entry.renamed_from is None:
        return None
    now, before = entry.change.id, entry.renamed_from
    parts = [f"renamed from {before.name}"] if before.name != now.name else []
    if before.namespace != now.namespace:
        parts.append(f"moved from namespace {before.namespace or '(none)'}")
    if entry.followers:
        parts.append(f"{plural(entry.followers, 'reference')} {'follows' if entry.followers == 1 else 'follow'}")
    return ", ".join(parts)


def reference(field: FieldChange) -> str:
    """``spec.template.spec.volumes[name=cfg].configMap.name: web-cfg-m5d2cggb7k → web-cfg-b6gmtkgcd5``."""
    return f"{field.path}: {before_and_after(field)}"


def before_and_after(field: FieldChange) -> str:
    """``1 → 2``, ``(absent) → 2``; for items that changed places, their order."""
    if field.op == "reorder":
        return f"order {_items(field.before)} → {_items(field.after)}"
    before = "(absent)" if field.op == "add" else value(field.before)
    after = "(absent)" if field.op == "remove" else value(field.after)
    return f"{before} → {after}"


def value(of: Any) -> str:
    """Plain where that is plainly a string, else as JSON, so that "1" and 1 look different."""
    if isinstance(of, str) and of.strip() == of and of and of != "(absent)" and not _looks_typed(of):
        return of
    return json.dumps(of, ensure_ascii=False)


def _looks_typed(text: str) -> bool:
    """Whether JSON would read it as something else than a string, or as one with its quotes."""
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _items(items: Any) -> str:
    return ", ".join(str(item) for item in items) if isinstance(items, list | tuple) else value(items)
