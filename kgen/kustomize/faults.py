"""Errors on their way up: the places that led to them are noted, and those that stand alone are told together."""

from typing import Final

from kgen.errors import Exhausted, InputError, KgenError, Origin, Removable, Unsupported, together
from kgen.kustomize.spots import Spot, placed
from kgen.yamlio.depth import FLATTER

MANY: Final = 20
"""How many errors of one build are told; more would not be read, and folders can name each other endlessly."""


class Missing(InputError):
    """A file or folder that a kustomization names is not there.

    Args:
        message: See `KgenError`.
        path: Where it would be, absolute.
        origin: See `KgenError`.
        hint: See `KgenError`.
    """

    def __init__(self, message: str, path: str, *, origin: Origin | None = None, hint: str | None = None) -> None:
        super().__init__(message, origin=origin, hint=hint)
        self.path = path


class Unmatched(InputError):
    """What is asked for is not among the resources. Nothing was changed, so more errors can be looked for."""


class Told(InputError):
    """A folder does not build, as another one that needs it has told already: this one does not either."""

    def __init__(self) -> None:
        super().__init__("this is told already")

    @property
    def parts(self) -> tuple[KgenError, ...]:
        """Nothing more to show."""
        return ()


def refused(error: KgenError, kind: type[InputError], why: str) -> KgenError:
    """The same error, where mistakes of this kind are refusals, since kustomize may build what has them."""
    return together(_refusal(part, why) if isinstance(part, kind) else part for part in error.parts)


def removable(error: KgenError) -> KgenError:
    """The same error, where what a later step may take away is a refusal; what is missing for its sake is not told."""
    parts = error.parts
    if any(isinstance(part, Removable) for part in parts):
        error = together(part for part in parts if not isinstance(part, Unmatched))
    return refused(error, Removable, "; it builds only where something takes it away")


def _refusal(part: InputError, why: str) -> Unsupported:
    found = Unsupported(f"{part.message}{why}", origin=part.origin, hint=part.hint)
    found.chain = part.chain
    return found


class Leading:
    """A context that notes on errors where in a kustomization they come from.

    Args:
        spot: What names, or asks for, what is done in the context.
        within: A place that is nearer: the file that is named.
    """

    def __init__(self, spot: Spot | None, within: Origin | None = None) -> None:
        self._spot, self._within = spot, within

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, RecursionError):
            at = self._spot and placed(self._spot.origin)
            raise Unsupported("maps and lists that nest this deep", origin=at, hint=FLATTER) from None
        if isinstance(error, KgenError):
            for part in error.parts:
                part.origin = placed(part.origin)
            error.led_from(placed(self._within))
            error.led_from(self._spot and self._spot.origin)


class Faults:
    """A context, to be entered again and again, that keeps errors which stand alone, to raise them as one.

    Args:
        kinds: Which are gathered; any other ends the search, and is not told if some were gathered before it, for
            it may come of them.
    """

    def __init__(self, *kinds: type[KgenError]) -> None:
        self._kinds = kinds or (InputError, Unsupported)
        self._found: list[KgenError] = []
        self._told: Told | None = None

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> bool:
        if not isinstance(error, KgenError) or isinstance(error, Exhausted):
            return False
        if all(isinstance(part, self._kinds) for part in error.parts):
            self._found.extend(error.parts)
            self._told = error if isinstance(error, Told) else self._told
            if len(self._found) >= MANY:
                self.finish()
            return True
        self.finish()
        return False

    def finish(self) -> None:
        """Raise what was gathered.

        Raises:
            InputError: Something is wrong.
            Unsupported: Something is not built here, and nothing is wrong for sure.
            Told: There is nothing but what was told before.
        """
        if self._found:
            raise together(self._found[:MANY])
        if self._told:
            raise self._told
