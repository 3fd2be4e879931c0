"""Which images an entry of ``images`` means."""

import pytest

from kgen.kustomize.regex import compiled
from kgen.kustomize.transformers.images import _REST, Image

NAMES = ("app", "a.p", "registry:5000/team/app", "app-1_2", "", "app:1", "ap+", "app|web", "APP", "[a]pp", "(?:app)")
IMAGES = (
    *("app", "app:1", "app:", "app@sha256:ab", "app:1@sha256:ab", "app:1@sha512:ab", "app\n", "\napp", "app:1\n"),
    *("axp", "a\np", "registry:5000/team/app:2", "xapp", "appx", "app/app", "app-1_2:{tag}", "", ":1", "APP", "web"),
    *("app:1:2", "äpp", "app:ä", "app:1@sha256:ab@sha256:cd"),
)


@pytest.mark.parametrize("name", NAMES)
def test_a_plain_name_means_what_it_means_as_an_expression_of_go(name: str) -> None:
    expression = compiled(f"^{name}{_REST}$")
    for image in IMAGES:
        is_meant = Image(name, new_name="new", new_tag="9").applied(image) != image
        assert is_meant == expression.search(image), image
