import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
from goldens import golden, steering
from hypothesis import given, settings
from hypothesis import strategies as st
from preview_sample import HOSTILE, body, hostile, path, sample

from kgen.preview.comparison import Comparison, FieldChange, ResourceChange
from kgen.renderers import json as as_json
from kgen.resource import Resource

SCHEMA: dict[str, Any] = json.loads(as_json.schema())


def closed(schema: Any) -> Any:
    """The schema with no room for members that it does not name."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: closed(value) for key, value in schema.items()}
    is_object = "properties" in found and "required" in found
    return {**found, "additionalProperties": False} if is_object else found


VALIDATOR = jsonschema.Draft202012Validator(closed(SCHEMA))


def test_the_document_tells_everything() -> None:
    made = as_json.comparisons([sample()])
    assert made == golden("sample.json", made)


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("items", [[], [sample(), sample("b")], [hostile()], [Comparison("dev", "base", ())]])
def test_documents_are_what_the_schema_says(items: list[Comparison]) -> None:
    VALIDATOR.validate(json.loads(as_json.comparisons(items)))


def test_the_schema_names_all_there_is_and_requires_it() -> None:
    document = json.loads(as_json.comparisons([sample()]))
    for missing in ("moves", "findings", "equivalents"):
        (comparison,) = document["comparisons"]
        broken = {key: value for key, value in comparison.items() if key != missing}
        assert not VALIDATOR.is_valid({**document, "comparisons": [broken]})
    assert not VALIDATOR.is_valid({**document, "more": 1})


def test_other_spellings_stand_apart() -> None:
    config = Resource(body("ConfigMap", "c"))
    hidden = FieldChange("change", path("spec", "cpu"), "1", "1000m", sort="equivalent")
    comparison = Comparison("dev", "base", (ResourceChange(config, config, (hidden,)),))
    (found,) = json.loads(as_json.comparisons([comparison]))["comparisons"]
    assert (found["resources"], found["summary"]["equivalent"], found["summary"]["changed"]) == ([], 1, 0)
    assert [field["class"] for field in found["equivalents"][0]["fields"]] == ["equivalent"]


def test_letters_stay_and_what_steers_is_escaped() -> None:
    text = as_json.comparisons([replace(sample("ä日"), notes=("\u202e\x7f\x9b\u2028\U0001f600\ud800",))])
    assert '"ä日"' in text
    assert r'"\u202e\u007f\u009b\u2028😀\ud800"' in text
    assert not steering(text)


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.text(max_size=20))
def test_any_text_is_read_back_as_it_was(text: str) -> None:
    made = as_json.comparisons([replace(hostile(), name=text, against=HOSTILE)])
    assert not steering(made)
    (found,) = json.loads(made)["comparisons"]
    assert (found["name"], found["against"]) == (text, HOSTILE)
