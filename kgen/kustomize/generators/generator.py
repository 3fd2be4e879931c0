"""``configMapGenerator`` and ``secretGenerator``.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/configmapgenerator/. A ConfigMap keeps UTF-8
text as it is and anything else in ``binaryData``; a Secret keeps everything encoded.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from kgen.errors import InputError, KgenError, Origin, Unsupported
from kgen.kustomize.collection import Collection
from kgen.kustomize.draft import Draft, Maker
from kgen.kustomize.faults import Faults, Leading, Unmatched
from kgen.kustomize.generators.sources import Files, Sources, pairs
from kgen.kustomize.manifests import ORIGIN
from kgen.kustomize.scalars import check_block, check_key, field_of, text
from kgen.kustomize.spots import Spot
from kgen.resource import Body
from kgen.yamlio import allowance
from kgen.yamlio.kinds import Quoted
from kgen.yamlio.written import set_by_kustomize

_WIDTH = 70
_ORIGIN_LINES = re.compile(r"((path|repo|ref|configuredIn): ([.]{0,2}/)*[A-Za-z][\w-]*[./][\w./-]*(\n|\Z))*", re.ASCII)
_OTHER = "leave behavior out to create it, or name one that an earlier resource or base has"


class Options(NamedTuple):
    """``options`` of one generator, or ``generatorOptions`` for all."""

    labels: Mapping[str, str] = {}
    annotations: Mapping[str, str] = {}
    disable_name_suffix_hash: bool = False
    immutable: bool = False

    def under(self, every: "Options") -> "Options":
        """These options where they say something; a switch that is on for all stays on."""
        return Options(
            {**every.labels, **self.labels},
            {**every.annotations, **self.annotations},
            self.disable_name_suffix_hash or every.disable_name_suffix_hash,
            self.immutable or every.immutable,
        )


class Generator(NamedTuple):
    """One entry of a generator field.

    Attributes:
        kind: ConfigMap or Secret.
        name: The name, before a hash ends it.
        namespace: Where; may be empty.
        behavior: ``create``, ``replace`` or ``merge``; anything else creates too.
        sources: What is in it.
        options: Labels and switches.
        type: The type of a Secret.
        spot: Where it is written.
    """

    kind: str
    name: str
    namespace: str = ""
    behavior: str = ""
    sources: Sources = Sources()
    options: Options = Options()
    type: str = ""
    spot: Spot | None = None

    @property
    def origin(self) -> Origin | None:
        """Where it is written."""
        return self.spot.origin if self.spot else None

    def generate(self, collection: Collection, files: Files, maker: Maker | None = None) -> Draft:
        """Make the resource and add it to the others, or to the one it merges with or replaces; the one it is now.

        Raises:
            InputError: A source is wrong, there is nothing to merge with, or it exists already.
        """
        draft = Draft(
            self.body(files),
            self.spot.file.line(*self.spot.steps) if self.spot else None,
            needs_hash=not self.options.disable_name_suffix_hash,
            generated=True,
        )
        draft.maker = maker
        self._check_keys(draft)
        others = collection.any(draft.key)
        if len(others) > 1:
            raise InputError(f"several resources may be meant by {self.kind}/{self.name}", origin=self.origin)
        if self.behavior in ("merge", "replace"):
            return self._join(collection, others, draft)
        if others:
            raise InputError(
                f"{self.kind}/{self.name} is there already, from {others[0].origin}",
                origin=self.origin,
                hint="say behavior: merge or behavior: replace, or choose another name",
            )
        collection.add(draft)
        return draft

    def style(self, draft: Draft) -> None:
        """Note how kustomize writes what it has set: new labels in quotes, other texts where they need it."""
        for fields in (draft.body.get("data"), draft.body.get("binaryData"), draft.metadata.get("annotations")):
            set_texts: Body = fields or {}
            set_texts.update((name, set_by_kustomize(value)) for name, value in set_texts.items())
        joins = self.behavior in ("merge", "replace")
        labels = draft.metadata.get("labels") or {}
        labels.update((name, set_by_kustomize(value) if joins else Quoted(value)) for name, value in labels.items())
        if not joins:
            names = {key: draft.metadata[key] for key in ("name", "namespace") if key in draft.metadata}
            draft.metadata.update((key, set_by_kustomize(value)) for key, value in names.items())
        if "type" in draft.body:
            draft.body["type"] = set_by_kustomize(draft.body["type"])

    def _join(self, collection: Collection, others: list[Draft], draft: Draft) -> Draft:
        if not others:
            message = f"there is no {self.kind}/{self.name} to {self.behavior}"
            raise Unmatched(message, origin=self.origin, hint=self._nearest(collection, draft.namespace) or _OTHER)
        old = others[0]
        body = _dressed(draft, old)
        if self.behavior == "merge":
            self._check_origin(old)
            _merge_data(body, old.body)
            # Merged, it still comes from where it was made first.
            old.body, old.needs_hash = body, old.needs_hash and draft.needs_hash
        else:
            old.body, old.needs_hash, old.origin = body, old.needs_hash and draft.needs_hash, draft.origin
            old.maker = draft.maker or old.maker
        old.empty, old.null_labels = [], {}
        self._check_keys(old)
        return old

    def _check_origin(self, old: Draft) -> None:
        """Kustomize keeps what this annotation says, and fails where that is not what it writes itself.

        Raises:
            Unsupported: It may be.
        """
        said = old.strings("annotations").get(ORIGIN, "")
        if not _ORIGIN_LINES.fullmatch(said):
            what = f"a merge with {old.id}, which has another annotation {ORIGIN} than kustomize writes"
            raise Unsupported(what, origin=self.origin, hint="remove the annotation")

    def _check_keys(self, draft: Draft) -> None:
        fields = [draft.metadata.get(key) for key in ("labels", "annotations")]
        fields += [draft.body.get(key) for key in ("data", "binaryData")]
        try:
            for key in (key for field in fields for key in field or ()):
                check_key(key)
        except KgenError as error:
            error.led_from(self.origin)  # costly to find, so only now
            raise
        for key, value in (pair for field in fields[1:] for pair in (field or {}).items()):
            if isinstance(value, str) and value.startswith("\t"):
                check_block(key, value, self.origin)

    def _nearest(self, collection: Collection, namespace: str) -> str | None:
        from kgen.kustomize import nearby

        wanted = {"kind": self.kind, "name": self.name, "namespace": namespace}
        found = nearby.resource(wanted, collection, kinds=(self.kind,))
        return found and f"{found}; or leave behavior out to create it"

    def body(self, files: Files) -> Body:
        """The resource.

        Raises:
            InputErrors: All that is wrong with its sources.
            InputError: It has no name, or a key comes twice.
        """
        if not self.name:
            raise InputError("a generator needs a name", origin=self.origin)
        metadata: dict[str, Any] = {"name": self.name}
        if self.namespace:
            metadata["namespace"] = self.namespace
        for key, entries in (("labels", self.options.labels), ("annotations", self.options.annotations)):
            if entries:
                metadata[key] = dict(entries)
        try:
            data = pairs(self.sources, files)
        except InputError as error:
            self._check_each(files)
            error.led_from(self.origin)
            raise
        body: Body = {"apiVersion": "v1", "kind": self.kind, "metadata": metadata}
        if self.kind == "Secret":
            body |= {"type": self.type or "Opaque", "data": {key: encoded(value) for key, value in data.items()}}
        else:
            _fill(body, data)
        if self.options.immutable:
            body["immutable"] = True
        return body

    def _check_each(self, files: Files) -> None:
        """Say of each source what is wrong with it, after something was."""
        faults = Faults(InputError)
        for field in ("envs", "literals", "files"):
            for index, source in enumerate(getattr(self.sources, field)):
                with faults, Leading(self.spot and Spot(self.spot.file, (*self.spot.steps, field, index))):
                    pairs(Sources(**{field: (source,)}), files)
        faults.finish()


def _fill(body: Body, data: Mapping[str, bytes]) -> None:
    for key, value in data.items():
        try:
            field, content = "data", value.decode()
        except UnicodeDecodeError:
            field, content = "binaryData", encoded(value)
        body.setdefault(field, {})[key] = content


def encoded(value: bytes) -> str:
    """Base64 in lines of 70 characters, each ended; a short one is a single line without an end."""
    import base64  # most builds encode nothing

    plain = base64.b64encode(value).decode()
    if len(plain) < _WIDTH:
        return plain
    return "".join(plain[i : i + _WIDTH] + "\n" for i in range(0, len(plain), _WIDTH))


def _dressed(new: Draft, old: Draft) -> Body:
    """The new body with the old name and namespace, and the labels and annotations of both."""
    for key in ("labels", "annotations"):
        new.set_metadata(key, {**old.strings(key), **new.strings(key)} or None)
    written = {key: set_by_kustomize(value) for key, value in new.metadata.items() if isinstance(value, str)}
    for key, value in (("name", old.name), ("namespace", old.namespace)):
        new.set_metadata(key, value and field_of(written, key, value))
    return new.body


def _merge_data(body: Body, old: Body) -> None:
    for key in ("data", "binaryData"):
        merged = {**_strings(old.get(key)), **_strings(body.get(key))}
        allowance.current().make(4 * len(merged))
        body.pop(key, None)
        if merged:
            body[key] = merged


def _strings(data: Any) -> dict[str, str]:
    return {text(key): text(value) for key, value in data.items()} if isinstance(data, dict) else {}
