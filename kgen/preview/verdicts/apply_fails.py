"""A change that the API server refuses: immutable fields, shrunk claims, values that contradict one another.

What cannot change is a table by Kubernetes version (`immutable_fields`), read in the API server's own validation; the
message is about a resource that exists as it was before. A resource that is added, or has another name, is created, and
only refused for what contradicts itself.

``kubectl apply -k`` is not atomic: what is refused stays as it was while all else is applied. ``kubectl diff`` and a
server-side dry run notice most of it, but not a ``nodePort`` out of range or asked for twice, and stop at the first
refusal (https://github.com/kubernetes/kubernetes/issues/118325).

Not looked at: what only the cluster knows, as admission policies, quotas, and whether a claim's class may grow; rules
that a CustomResourceDefinition carries itself.
"""

from collections.abc import Iterator
from typing import Final

from kgen.preview.comparison import Finding
from kgen.preview.verdicts.invalid_values import invalid_values
from kgen.preview.verdicts.refusals import refusals
from kgen.preview.verdicts.situation import Situation

ID: Final = "apply-fails"


def findings(situation: Situation) -> Iterator[Finding]:
    """Each reason why a resource is refused."""
    for changed in situation.changed:
        for refusal in refusals(changed, situation.kubernetes):
            yield Finding(ID, "blocking", changed.id, refusal.message, refusal.hint, refusal.paths)
    for resource in situation.touched:
        for invalid in invalid_values(resource, situation):
            yield Finding(ID, "blocking", resource.id, invalid.message, invalid.hint, (invalid.path,))
