"""A person's Python function as a wish: ``python: overlay.py`` in ``kgen.yaml``.

``def overlay(resources): …`` changes what it is given; whatever differs afterwards is wished. It runs after the rules
and the declaration, before kustomize's own declared fields (``namePrefix``, ``namespace`` …) apply. What of its changes
those fields can say, such as an image or a count of pods, kgen says with them.

The function runs once a run, with the folder of its file as the working directory and its neighbours importable. What
it prints goes to standard error. A resource whose ``metadata.name`` it changes is renamed; what refers to it is changed
by the function too, or keeps the old name.
"""

from kgen.overlay.function.refusal import Refused
from kgen.overlay.function.runner import run
from kgen.overlay.function.wishes import granted

__all__ = ["Refused", "granted", "run"]
