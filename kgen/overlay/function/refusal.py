"""Code that a person does not want to run."""

from kgen.errors import KgenError, Origin, Unsupported


class Refused(Unsupported):
    """The overlay needs a Python function to run, and ``--no-python`` forbids that."""

    def __init__(self, file: str, origin: Origin) -> None:
        KgenError.__init__(
            self,
            f"this overlay is made by {file}, which --no-python forbids to run",
            origin=origin,
            hint="read it, then say the same without --no-python",
        )
