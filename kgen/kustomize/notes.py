"""Whether a patch removes the annotations, where kustomize keeps its notes."""

from kgen.kustomize.draft import Draft

_MARK = "internal.config.kubernetes.io/notes"


def mark(draft: Draft) -> bool:
    """Put something where kustomize keeps its notes, to see whether a patch removes them."""
    if not draft.has_notes:
        return False
    metadata = draft.body["metadata"]
    if not isinstance(metadata.get("annotations"), dict):
        metadata["annotations"] = {}
    metadata["annotations"][_MARK] = ""
    return True


def unmark(draft: Draft, marked: bool) -> None:
    """Forget what is noted of a resource whose mark a patch removed."""
    if marked and not is_marked(draft):
        draft.forget()


def is_marked(draft: Draft) -> bool:
    """Whether it is still there, and then no longer."""
    annotations = draft.metadata.get("annotations")
    return isinstance(annotations, dict) and annotations.pop(_MARK, None) is not None
