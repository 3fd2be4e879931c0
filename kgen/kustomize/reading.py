"""Typed getters over the plain data of a file, which report every mistake with its place before giving up.

kustomize decodes with Go's JSON decoder, so that is the behaviour here: keys match whatever their case, null is the
same as nothing, unknown keys and values of another type are errors
(https://pkg.go.dev/encoding/json#Unmarshal).
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, TypeVar, cast

from kgen.errors import InputError, InputErrors, Origin, Unsupported
from kgen.kustomize.scalars import is_scalar, kind_of, text
from kgen.kustomize.spots import SourceFile, Spot, Step

T = TypeVar("T")
MAX_ERRORS = 20
"""How many mistakes of a file are looked for: each has to be placed, and nobody reads a hundred."""


class Rules(NamedTuple):
    """What passes; kustomize's libraries are not of one mind there.

    Attributes:
        strict: Unknown keys are mistakes.
        lenient: Numbers and booleans will do for texts.
    """

    strict: bool = True
    lenient: bool = False


STRICT, TYPED, LAX, EXACT = Rules(), Rules(lenient=True), Rules(strict=False, lenient=True), Rules(strict=False)


class Reader:
    """One map of a file, read key by key; mistakes are collected in a list that the readers of one file share.

    Args:
        file: The file.
        data: The map.
        steps: Where in the file it stands.
        errors: The list.
        rules: What passes.

    Raises:
        Unsupported: A field is there twice, in different spellings.
    """

    def __init__(
        self,
        file: SourceFile,
        data: Any,
        steps: tuple[Step, ...] = (),
        errors: list[InputError] | None = None,
        rules: "Rules | None" = None,
    ) -> None:
        self.file, self.steps, self.rules = file, steps, rules or STRICT
        self.errors: list[InputError] = [] if errors is None else errors
        self._data: dict[str, Any] = {}
        self._names: dict[str, str] = {}
        if isinstance(data, dict):
            for key, value in data.items():
                if key.casefold() in self._names:
                    raise self._again(key)
                self._data[key.casefold()] = value
                self._names[key.casefold()] = key
        elif data is not None:
            self.error(f"a map is expected, not {_shape(data)}")

    def _again(self, key: str) -> Unsupported:
        """Some fields of both would be joined, of others that one counts whose name sorts last."""
        what = f"the field '{key}' beside '{self.name(key)}', which is another spelling of it"
        return Unsupported(what, origin=self.origin(key), hint="keep one")

    def error(self, message: str, *steps: Step, hint: str | None = None) -> None:
        """Note a mistake at a place below this map.

        Raises:
            InputErrors: There are more than anybody will read.
        """
        self.errors.append(InputError(message, origin=self.file.origin(*self.steps, *steps), hint=hint))
        if len(self.errors) == MAX_ERRORS:
            self.finish()

    def finish(self) -> None:
        """Raise what was noted.

        Raises:
            InputErrors: There was something.
        """
        if self.errors:
            raise InputErrors(self.errors)

    def origin(self, *steps: Step) -> Origin:
        """Where this map, or something below it, stands."""
        return self.spot(*steps).origin

    def spot(self, *steps: Step) -> Spot:
        """The same, to be looked up later."""
        return Spot(self.file, (*self.steps, *steps))

    def has(self, key: str) -> bool:
        """Whether a value other than null is given."""
        return self._data.get(key.casefold()) is not None

    def raw(self, key: str) -> Any:
        """The value as it is, or None."""
        return self._data.get(key.casefold())

    def name(self, key: str) -> str:
        """The key as it is spelt in the file."""
        return self._names.get(key.casefold(), key)

    def known(self, keys: Iterable[str]) -> None:
        """Note every key that is none of these."""
        allowed = {key.casefold(): key for key in keys}
        for folded, name in self._names.items() if self.rules.strict else ():
            if folded not in allowed:
                self.error(f"unknown field '{name}'", name, hint=_meant(folded, allowed))

    def string(self, key: str) -> str:
        """Text; empty when there is none."""
        return self._typed(key, str, "text", "")

    def exact(self, key: str) -> str:
        """Text, where nothing else passes for text, whatever the rules: in what Go embeds."""
        return self._check(self.raw(key), str, "text", "", self.name(key), lenient=False)

    def boolean(self, key: str) -> bool:
        """True or false; false when there is none."""
        return self._typed(key, bool, "true or false", default=False)

    def integer(self, key: str) -> int:
        """A whole number; 0 when there is none."""
        return self._typed(key, int, "a whole number", 0)

    def strings(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(self._check(item, str, "text", "", self.name(key), i) for i, item in enumerate(self._list(key)))

    def string_map(self, key: str) -> dict[str, str]:
        """A map of texts."""
        return self._map_of(key, str, "text", "")

    def boolean_map(self, key: str) -> dict[str, bool]:
        """A map of true and false."""
        return self._map_of(key, bool, "true or false", default=False)

    def child(self, key: str) -> "Reader | None":
        """A reader of the map there, if one is."""
        if not self.has(key):
            return None
        return self._below(self.raw(key), self.name(key))

    def children(self, key: str) -> list["Reader"]:
        """Readers of the maps in a list."""
        return [self._below(item, self.name(key), i) for i, item in enumerate(self._list(key))]

    def _below(self, data: Any, *steps: Step) -> "Reader":
        return Reader(self.file, data, (*self.steps, *steps), self.errors, self.rules)

    def each(self, key: str, make: Callable[["Reader"], T]) -> tuple[T, ...]:
        """What is made of each map in a list."""
        return tuple(make(child) for child in self.children(key))

    def _list(self, key: str) -> list[Any]:
        value = self.raw(key)
        if value is None or isinstance(value, list):
            return value or []
        self.error(f"{self.name(key)} is a list, not {_shape(value)}", self.name(key), hint="put '- ' before each item")
        return []

    def _map_of(self, key: str, kind: type[T], word: str, default: T) -> dict[str, T]:
        value = self.raw(key)
        name = self.name(key)
        if value is None or not isinstance(value, dict):
            if value is not None:
                self.error(f"{name} is a map, not {_shape(value)}", name)
            return {}
        return {k: self._check(item, kind, word, default, name, k) for k, item in value.items()}

    def _typed(self, key: str, kind: type[T], word: str, default: T) -> T:
        return self._check(self.raw(key), kind, word, default, self.name(key))

    def _check(  # what is there, and what is to be
        self, value: Any, kind: type[T], word: str, default: T, *steps: Step, lenient: bool = True
    ) -> T:
        if value is None:
            return default
        if lenient and self.rules.lenient and kind is str and is_scalar(value):
            return cast("T", text(value))
        if isinstance(value, kind) and (kind is bool or not isinstance(value, bool)):
            return value
        hint = "put it in quotes" if kind is str and not isinstance(value, dict | list) else None
        self.error(f"{_dotted(steps)} is {word}, not {_shape(value)}", *steps, hint=hint)
        return default


def _meant(word: str, known: dict[str, str]) -> str:
    import difflib  # only for mistakes

    close = difflib.get_close_matches(word, known, n=1)
    return f"did you mean '{known[close[0]]}'?" if close else "known are: " + ", ".join(sorted(known.values()))


def _shape(value: Any) -> str:
    if isinstance(value, dict | list):
        return f"a {kind_of(value)}"
    if isinstance(value, bool):
        return f"the boolean {str(value).lower()}"
    return f"the number {value}" if isinstance(value, int | float) else f"the text '{value}'"


def _dotted(steps: tuple[Step, ...]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".")
