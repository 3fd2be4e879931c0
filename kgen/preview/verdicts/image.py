"""Another image: what can no longer be told apart, goes up a major version, or goes down.

- ``latest``, or no tag at all: whatever was pushed last, and pulled anew with each start
  (https://kubernetes.io/docs/concepts/containers/images/#imagepullpolicy-defaulting).
- A digest that is dropped: the tag may be pushed again.
- Major versions are compared where the tag begins with a version; a year or a date is none. Only images of one name
  are compared, whatever registry they come from.
- PostgreSQL does not start on the data of another major version, which is 9.6 or 12
  (https://www.postgresql.org/docs/current/upgrading.html); told where the container has a volume that lasts.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from kgen.fieldpath import FieldPath, ItemKey
from kgen.kustomize.transformers.images import split
from kgen.preview.comparison import Finding, Level
from kgen.preview.verdicts.situation import Changed, Situation, dig
from kgen.resource import Body
from kgen.schema import pods

ID: Final = "image"

_VERSION: Final = re.compile(r"v?(\d{1,3})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?(?:[-._+].*)?", re.ASCII)
_POSTGRES: Final = frozenset(("postgres", "postgresql", "postgis"))
_TEN: Final = 10
"""PostgreSQL's first release with one number for a major version."""


class _Image(NamedTuple):
    name: str
    tag: str
    digest: str

    @property
    def base(self) -> str:
        """The name without registry and folders."""
        return self.name.rpartition("/")[2]

    @property
    def version(self) -> tuple[int, ...] | None:
        """The numbers at the start of the tag; None where it has none, or begins with a year."""
        match = _VERSION.fullmatch(self.tag)
        return tuple(int(number) for number in match.groups() if number is not None) if match else None

    @property
    def floats(self) -> bool:
        """Whether what it stands for is whatever was pushed last."""
        return self.tag in {"", "latest"} and not self.digest

    @property
    def major(self) -> tuple[int, ...]:
        """What it takes to be another major version."""
        numbers = self.version or ()
        old = self.base in _POSTGRES and numbers[:1] < (_TEN,)
        return numbers[: 2 if old else 1]


def findings(situation: Situation) -> Iterator[Finding]:
    """What is told of the images of containers that are there before and after."""
    for changed in situation.changed:
        path = pods.pod_spec_path(changed.id.gvk)
        if path is not None:
            before = {(field, str(c.get("name"))): c for field, c in pods.containers(changed.before)}
            for field, container in pods.containers(changed.after):
                earlier = before.get((field, str(container.get("name"))))
                if earlier is not None and earlier.get("image") != container.get("image"):
                    item = FieldPath(path) / field / ItemKey.of(container, ("name",)) / "image"
                    yield from _compared(changed, earlier, container, item)


def _compared(changed: Changed, earlier: Body, container: Body, path: FieldPath) -> Iterator[Finding]:
    before, after = (_Image(*split(str(body.get("image") or ""))) for body in (earlier, container))
    if not after.name or not before.name:
        return
    for level, message, hint in _judged(before, after, _lasting(changed.before, earlier)):
        yield Finding(ID, level, changed.id, f"{container.get('name')}: {message}", hint, (path,))


def _judged(before: _Image, after: _Image, lasts: bool) -> Iterator[tuple[Level, str, str | None]]:
    if after.floats and not before.floats:
        shown = f"{after.base}:latest" if after.tag else f"{after.base} without a tag"
        yield "warning", f"{shown} is whatever was pushed last", "name a version or a digest"
    elif before.digest and not after.digest:
        yield "warning", f"{after.base}:{after.tag} is no longer pinned by a digest", "keep the digest behind the tag"
    if before.base == after.base and before.version and after.version:
        yield from _versions(before, after, lasts)


def _versions(before: _Image, after: _Image, lasts: bool) -> Iterator[tuple[Level, str, str | None]]:
    one, other = before.version or (), after.version or ()
    known = min(len(one), len(other))
    if after.base in _POSTGRES and lasts and before.major != after.major:
        message = f"{after.base} {after.tag} does not start on the data of {before.tag}"
        yield "warning", message, f"dump it with {before.tag} and restore it with {after.tag}, or run pg_upgrade"
    elif other[:known] < one[:known]:
        yield "warning", f"{after.base} goes down, from {before.tag} to {after.tag}", None
    elif before.major != after.major:
        message = f"{after.base} goes up a major version, from {before.tag} to {after.tag}"
        yield "note", message, "its release notes say what is no longer compatible"


def _lasting(body: Body, container: Body) -> bool:
    """Whether the container has a volume that outlives its pod."""
    volumes = pods.items(pods.pod_spec(body) or {}, "volumes")
    lasting = {str(v.get("name")) for v in volumes if "persistentVolumeClaim" in v or "hostPath" in v}
    claims = pods.items(pods.mapping(body, "spec") or {}, "volumeClaimTemplates")
    lasting |= {str(dig(claim, ("metadata", "name"))) for claim in claims}
    return any(str(mount.get("name")) in lasting for mount in pods.items(container, "volumeMounts"))
