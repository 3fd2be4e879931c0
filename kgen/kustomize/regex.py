"""Regular expressions as Go reads them, matched in time linear in the text.

kustomize takes expressions for names and images; Python's own ones have another syntax, and some of them never end.
The syntax is https://github.com/google/re2/wiki/Syntax without Unicode classes, which are refused. A pattern becomes
a graph of states (https://swtch.com/~rsc/regexp/regexp1.html) that are followed all at once.
"""

from functools import cache

from kgen.errors import InputError, Unsupported
from kgen.kustomize.automaton import WORD, Fragment, Pattern, State, Test

_SYNTAX = "write it as https://github.com/google/re2/wiki/Syntax says"
_MAX_REPEAT = 1000
_MAX_DIGITS = 4
_MAX_STATES = 20_000
_ESCAPES = {"a": "\a", "f": "\f", "t": "\t", "n": "\n", "r": "\r", "v": "\v"}
_CLASSES = {"d": frozenset("0123456789"), "w": WORD, "s": frozenset("\t\n\f\r ")}
_LETTERS = frozenset(c for c in WORD if c.isalpha())
_POSIX = {
    "alnum": _LETTERS | _CLASSES["d"],
    "alpha": _LETTERS,
    "ascii": frozenset(map(chr, range(128))),
    "blank": frozenset("\t "),
    "cntrl": frozenset(map(chr, range(32))) | {"\x7f"},
    "digit": _CLASSES["d"],
    "graph": frozenset(map(chr, range(33, 127))),
    "lower": frozenset(c for c in _LETTERS if c.islower()),
    "print": frozenset(map(chr, range(32, 127))),
    "punct": frozenset(c for c in map(chr, range(33, 127)) if not c.isalnum()),
    "space": frozenset("\t\n\v\f\r "),
    "upper": frozenset(c for c in _LETTERS if c.isupper()),
    "word": WORD,
    "xdigit": frozenset("0123456789abcdefABCDEF"),
}


@cache
def compiled(text: str) -> Pattern:
    """Read a regular expression.

    Raises:
        InputError: It is none.
        Unsupported: It has Unicode classes or flags.
    """
    try:
        return _Parser(text).pattern()
    except RecursionError:
        raise InputError(f"the regular expression '{text[:40]}…' is nested too deeply") from None


class _Parser:
    """Reads a pattern from left to right."""

    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0
        self._states: list[State] = []
        self._times = 1  # how often the repeats in what is read may multiply something

    def pattern(self) -> Pattern:
        whole = self._alternatives()
        if self._at < len(self._text):
            raise self._error("an unmatched ')'")
        return Pattern(self._text, self._states, whole)

    def _error(self, why: str) -> InputError:
        return InputError(f"'{self._text}' is not a regular expression: {why}", hint=_SYNTAX)

    def _unsupported(self, what: str) -> Unsupported:
        return Unsupported(f"{what} in the regular expression '{self._text}'", hint="write it without")

    def _add(self, test: Test | None = None, anchor: str = "") -> int:
        if len(self._states) >= _MAX_STATES:
            raise self._error("it is too large")
        self._states.append(State([], test, anchor))
        return len(self._states) - 1

    def _link(self, source: int, *targets: int) -> None:
        self._states[source].targets.extend(targets)

    def _single(self, test: Test | None = None, anchor: str = "") -> Fragment:
        start, end = self._add(test, anchor), self._add()
        self._link(start, end)
        return Fragment(start, end)

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _take(self) -> str:
        self._at += 1
        return self._text[self._at - 1 : self._at]

    def _accept(self, word: str) -> bool:
        found = self._text.startswith(word, self._at)
        self._at += len(word) * found
        return found

    def _alternatives(self) -> Fragment:
        found = [self._sequence()]
        while self._accept("|"):
            found.append(self._sequence())
        if len(found) == 1:
            return found[0]
        start, end = self._add(), self._add()
        for one in found:
            self._link(start, one.start)
            self._link(one.end, end)
        return Fragment(start, end)

    def _sequence(self) -> Fragment:
        whole = self._single()
        while self._peek() not in ("", "|", ")"):
            part = self._repeated()
            self._link(whole.end, part.start)
            whole = Fragment(whole.start, part.end)
        return whole

    def _repeated(self) -> Fragment:
        begin = self._at
        around, self._times = self._times, 1
        atom = self._atom()
        end = self._at
        quantified = False
        while True:
            bounds = self._bounds()
            if bounds is None:
                self._times = max(self._times, around)
                return atom
            if quantified:
                raise self._error("a repeat of a repeat")
            quantified = True
            self._accept("?")
            atom = self._repeat(atom, bounds, (begin, end))

    def _bounds(self) -> tuple[int, int | None] | None:
        """How often the part before may come; without an upper bound, any number of times."""
        simple: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
        if self._peek() in simple:
            return simple[self._take()]
        close = self._text.find("}", self._at)
        if self._peek() != "{" or close < 0:
            return None
        low, comma, high = self._text[self._at + 1 : close].partition(",")
        if not _is_number(low) or (high and not _is_number(high)):
            return None
        self._at = close + 1
        if max(len(low), len(high)) > _MAX_DIGITS:
            raise self._error("a repeat out of bounds")
        most = int(high) if high else None if comma else int(low)
        if most is not None and int(low) > most:
            raise self._error("a repeat out of bounds")
        self._times *= max(int(low) if most is None else most, 1)
        if self._times > _MAX_REPEAT:
            raise self._error("a repeat out of bounds")
        return int(low), most

    def _repeat(self, atom: Fragment, bounds: tuple[int, int | None], source: tuple[int, int]) -> Fragment:
        low, high = bounds
        start = end = self._add()
        exits = [start] if low == 0 else []
        for count in range(1, (high if high is not None else max(low, 1)) + 1):
            part = atom if count == 1 else self._again(source)
            self._link(end, part.start)
            end = part.end
            if count >= low:
                exits.append(end)
            if high is None and count == max(low, 1):
                self._link(end, part.start)
        final = self._add()
        for one in exits:
            self._link(one, final)
        return Fragment(start, final)

    def _again(self, source: tuple[int, int]) -> Fragment:
        """The same part of the pattern once more."""
        here, self._at = self._at, source[0]
        found = self._atom()
        self._at = here
        return found

    def _atom(self) -> Fragment:
        character = self._take()
        if character == "(":
            return self._group()
        if character == "[":
            return self._single(self._class())
        if character in ("^", "$"):
            return self._single(anchor=character)
        if character == "\\":
            return self._escape()
        if character == ".":
            return self._single(lambda c: c != "\n")
        if character in ("*", "+", "?"):
            raise self._error(f"nothing to repeat before '{character}'")
        return self._single(character.__eq__)

    def _group(self) -> Fragment:
        if self._accept("?") and not self._accept(":"):
            name = self._text[self._at : self._text.find(">", self._at)].removeprefix("P")
            if not name.startswith("<") or not name[1:].isidentifier():
                if self._peek() in ("=", "!", "<", ""):
                    raise self._error("look-around is not there in Go")
                raise self._unsupported("flags")
            self._at = self._text.find(">", self._at) + 1
        found = self._alternatives()
        if not self._accept(")"):
            raise self._error("a '(' without its ')'")
        return found

    def _escape(self) -> Fragment:
        character = self._take()
        if character in ("A", "z", "b", "B"):
            return self._single(anchor=character)
        if character == "Q":
            raise self._unsupported("quoting")
        if character.lower() in _CLASSES:
            return self._single(_member(_CLASSES[character.lower()], negated=character.isupper()))
        return self._single(self._escaped(character).__eq__)

    def _escaped(self, character: str) -> str:
        if character in _ESCAPES:
            return _ESCAPES[character]
        if character == "x":
            return self._hexadecimal()
        if character in ("p", "P"):
            raise self._unsupported("a Unicode class")
        if not character or character.isalnum() or ord(character) > 127:  # noqa: PLR2004  # the end of ASCII
            raise self._error(f"the escape \\{character}")
        return character

    def _hexadecimal(self) -> str:
        if self._accept("{"):
            close = self._text.find("}", self._at)
            digits, self._at = self._text[self._at : close], close + 1
        else:
            digits = self._take() + self._take()
        if not digits or not set(digits) <= _POSIX["xdigit"] or int(digits, 16) > 0x10FFFF:  # noqa: PLR2004  # Unicode
            raise self._error(f"the escape \\x{digits}")
        return chr(int(digits, 16))

    def _class(self) -> Test:
        negated = self._accept("^")
        tests: list[Test] = []
        first = True
        while first or self._peek() != "]":
            first = False
            if not self._peek():
                raise self._error("a '[' without its ']'")
            tests.append(self._class_part())
        self._at += 1
        return lambda c: any(test(c) for test in tests) != negated

    def _class_part(self) -> Test:
        if self._peek() == "[" and self._text.startswith("[:", self._at):
            return self._posix()
        character = self._take()
        if character == "\\":
            character = self._take()
            if character.lower() in _CLASSES:
                return _member(_CLASSES[character.lower()], negated=character.isupper())
            character = self._escaped(character)
        if self._peek() != "-" or self._text[self._at + 1 : self._at + 2] in ("]", ""):
            return character.__eq__
        self._at += 1
        last = self._take()
        last = self._escaped(self._take()) if last == "\\" else last
        if last < character:
            raise self._error(f"the range {character}-{last}")
        return lambda c: character <= c <= last

    def _posix(self) -> Test:
        close = self._text.find(":]", self._at)
        name = self._text[self._at + 2 : close]
        if close < 0 or name.removeprefix("^") not in _POSIX:
            raise self._error(f"the class [:{name}:]")
        self._at = close + 2
        return _member(_POSIX[name.removeprefix("^")], negated=name.startswith("^"))


def _member(members: frozenset[str], *, negated: bool) -> Test:
    return lambda c: (c in members) != negated


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and (text == "0" or not text.startswith("0"))
