"""Where a text names a thing: as the whole, as the host of a URL, as a word, as a part of an image or a path.

Every text is read once, and each of its words looked up, however many things there are. Of a long text most parts have
not even the first word of something that changes.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from kgen.overlay.couplings.things import Aspect, Index, Thing

_LONGEST: Final = 300
"""Longer than any name, image or domain that Kubernetes takes."""

_CHUNK: Final = re.compile(r"[^\s\"'`,;=(){}\[\]<>|&$\\]+")
_WORD: Final = re.compile(r"[\w-]+(?:\.[\w-]+)*")
_IMAGE: Final = re.compile(r"[\w.:/@-]+")
_VALUES: Final = re.compile(r"\s*[^\s\"'`,;=(){}\[\]<>|&$\\]+(?:[ \t]*,[ \t]*[^\s\"'`,;=(){}\[\]<>|&$\\]+)*,?\s*")
"""One value, or several with commas between."""
_SPACE: Final = re.compile(r"\.(?P<space>[\w-]+)(?:\.svc(?:\.[\w.-]+)?)?$")
_PORT: Final = re.compile(r":(?P<port>[0-9]{1,5})(?![\w.-])")
_SINGLE: Final[tuple[Aspect, ...]] = ("tag", "namespace", "port")
_LONGEST_CHUNK: Final = 4096
_LONGEST_KEY: Final = 64


class Mention(NamedTuple):
    """A place in a text.

    Attributes:
        start: Where it begins.
        end: Where it ends.
        things: What it may name, all of one aspect.
        how: ``whole`` for all of a value, ``host`` where a host stands, ``part`` for what is surely a part of an image,
            a path or a domain, ``word`` for anything else.
        key: What the value is called.
    """

    start: int
    end: int
    things: tuple[Thing, ...]
    how: str
    key: str

    @property
    def aspect(self) -> Aspect:
        """Of what kind the things are."""
        return self.things[0].aspect


class _Chunk(NamedTuple):
    """A part of a text without blanks, quotes and commas.

    Attributes:
        text: What it says.
        start: Where it begins.
        host: Where the host of a URL begins; -1 without one.
        user: Where the user and password of a URL begin; as `host` without any.
    """

    text: str
    start: int
    host: int
    user: int


def mentions(text: str, key: str, index: Index) -> list[Mention]:
    """Everything that a text may name, in order; where two lie over each other, the longer one.

    Args:
        text: The text.
        key: What it is called.
        index: What can be named.
    """
    return _mentions(text, key, index, _CHUNK.finditer(text))


def changes(text: str, key: str, index: Index) -> list[Mention]:
    """Those of `mentions` that may name something that changes."""
    parts = (part for part in _CHUNK.finditer(text) if index.may_change(part[0]))
    return [one for one in _mentions(text, key, index, parts) if any(thing.is_changed for thing in one.things)]


def _mentions(text: str, key: str, index: Index, parts: Iterable[re.Match[str]]) -> list[Mention]:
    found: list[Mention] = []
    is_value = _VALUES.fullmatch(text) is not None
    for chunk in _chunks(parts):
        end = -1
        for mention in sorted(_in_chunk(chunk, index), key=lambda one: (one.start, -one.end)):
            if mention.start >= end or (found and mention[:2] == found[-1][:2]):
                said = _key(text, chunk.start) or (key if is_value else "")
                found.append(mention._replace(key=said))
                end = mention.end
    return found


def _chunks(parts: Iterable[re.Match[str]]) -> Iterator[_Chunk]:
    for match in parts:
        if len(match[0]) <= _LONGEST_CHUNK:
            scheme = match[0].find("//")
            user = scheme + 2 if scheme >= 0 else -1
            authority = match[0][user:].partition("/")[0] if scheme >= 0 else ""
            yield _Chunk(match[0], match.start(), user + authority.rfind("@") + 1 if scheme >= 0 else -1, user)


def _key(text: str, end: int) -> str:
    """What a value in a text is called, by what stands before it: ``HOST: web``, ``"host":"web"``, ``--host web``."""
    first = max(0, end - _LONGEST)
    line = text[first:end].rpartition("\n")[2]
    bare = line.rstrip(" \t\"'")
    separated = bare.endswith((":", "="))
    word = re.search(r"[\w.-]*$", bare[:-1].rstrip(" \t\"'")[-_LONGEST_KEY:] if separated else bare[-_LONGEST_KEY:])
    found = word[0] if word else ""
    return found if separated or found.startswith("-") else ""


def _in_chunk(chunk: _Chunk, index: Index) -> Iterator[Mention]:
    yield from _folders(chunk, index)
    yield from _images(chunk, index)
    yield from _words(chunk, index)


def _mention(chunk: _Chunk, start: int, end: int, things: Iterable[Thing], how: str) -> Mention:
    return Mention(chunk.start + start, chunk.start + end, tuple(things), how, "")


def _how(chunk: _Chunk, start: int, end: int) -> str:
    return "whole" if (start, end) == (0, len(chunk.text)) else "word"


def _folders(chunk: _Chunk, index: Index) -> Iterator[Mention]:
    """The longest folder in which the path lies; behind a colon begins another path."""
    for match in re.finditer(r"(?:^|(?<=:))/[^:]*", chunk.text):
        if match[0].startswith("//"):
            continue
        parts = match[0].split("/", index.deepest + 1)[: index.deepest + 1]
        for length in range(len(parts), 1, -1):
            path = "/".join(parts[:length])
            if index.named("hostPath", path):
                yield _mention(chunk, match.start(), match.start() + len(path), index.named("hostPath", path), "part")
                break


def _images(chunk: _Chunk, index: Index) -> Iterator[Mention]:
    """Names of images, and whole references with their version."""
    for run in _IMAGE.finditer(chunk.text):
        start = max(run.start(), chunk.host) if run.start() <= chunk.host < run.end() else run.start()
        if start and chunk.text[start - 1] not in "/@":
            continue
        text = chunk.text[start : run.end()][:_LONGEST].rstrip(".:/@")
        for end in (len(text), *(match.start() for match in re.finditer(r"[:@]", text))):
            name = text[:end]
            is_reference = end == len(text) and name in index.references
            things = [*(index.references[name] if is_reference else ()), *index.named("image", name)]
            if things:
                how = "part" if is_reference and re.search("[:@]", name) else _how(chunk, start, start + end)
                yield _mention(chunk, start, start + end, things, how)
                break


def _words(chunk: _Chunk, index: Index) -> Iterator[Mention]:
    """Names of resources, tags, namespaces and numbers of ports; users and passwords in URLs are none, nor paths."""
    for match in _WORD.finditer(chunk.text):
        start, word = match.start(), match[0][:_LONGEST]
        is_host = start == chunk.host or chunk.text[start - 1 : start] == "@"
        is_user = chunk.user <= start < chunk.host or chunk.text[match.end() : match.end() + 1] == "@"
        if is_user or (chunk.text[start - 1 : start] == "/" and not is_host):
            continue
        yield from _names(chunk, start, word, index, is_host=is_host)
        for aspect in _SINGLE:
            things = index.named(aspect, word)
            if things and (aspect == "tag" or (start, len(word)) == (0, len(chunk.text))):
                yield _mention(chunk, start, start + len(word), things, _how(chunk, start, start + len(word)))


def _names(chunk: _Chunk, start: int, word: str, index: Index, *, is_host: bool) -> Iterator[Mention]:
    """The name of a resource, and behind that of a Service its namespace and its port."""
    for end in (len(word), *(match.start() for match in re.finditer(r"\.", word))):
        things = index.named("name", word[:end])
        space = _SPACE.match(word, end)
        if not things or (end < len(word) and space is None):
            continue
        services = [thing for thing in things if thing.source.gvk.kind == "Service"]
        port = _PORT.match(chunk.text, start + len(word))
        if space is not None:
            if space["space"] not in {service.source.namespace or "default" for service in services}:
                continue
            spaces = index.named("namespace", space["space"])
            yield _mention(chunk, start + space.start("space"), start + space.end("space"), spaces, "part")
        ports = _ports_of(services, port["port"], index) if port else []
        how = "host" if services and (is_host or ports or space is not None) else _how(chunk, start, start + end)
        yield _mention(chunk, start, start + end, services if how == "host" else things, how)
        if ports and port:
            yield _mention(chunk, port.start("port"), port.end("port"), ports, "part")
        return


def _ports_of(services: Iterable[Thing], number: str, index: Index) -> list[Thing]:
    return [port for service in services for port in index.ports.get((service.source.key, number), ())]
