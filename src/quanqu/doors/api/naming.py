"""The document's schemas under names of their own, also when two rooms chose the same one."""

import json
from typing import Any, Final

from ninja.openapi.schema import OpenAPISchema
from ninja.params.models import TModel
from ninja.types import DictStrAny
from pydantic.json_schema import JsonSchemaMode

_HOME: Final = "#/components/schemas/"


class NamedDocument(OpenAPISchema):
    """ninja's document, but a second schema of a name becomes `Name2` instead of the first.

    ninja keeps schemas by their class names alone, so of two rooms' `CountOut` one would stand
    for both.
    """

    renames: dict[str, str] = {}
    signatures: dict[str, str]

    def add_schema_definitions(self, definitions: DictStrAny) -> None:
        """Keep the schemas of one model, each under a name that means only it."""
        if not self.schemas:
            self.signatures = {}
        self.renames = {}
        for name in definitions:
            signature = _signature(name, definitions)
            self.renames[name] = self._free_name(name, signature)
            self.signatures[self.renames[name]] = signature
        for name, body in definitions.items():
            self.schemas[self.renames[name]] = _renamed(body, self.renames)

    def _create_schema_from_model(
        self,
        model: TModel,
        by_alias: bool = True,
        remove_level: bool = True,
        mode: JsonSchemaMode = "validation",
    ) -> tuple[DictStrAny, bool]:
        self.renames = {}
        body, is_required = super()._create_schema_from_model(model, by_alias, remove_level, mode)
        return _renamed(body, self.renames), is_required

    def _extract_parameters(self, model: TModel) -> list[DictStrAny]:
        self.renames = {}
        found: list[DictStrAny] = _renamed(super()._extract_parameters(model), self.renames)
        return found

    def _free_name(self, name: str, signature: str) -> str:
        candidate, number = name, 2
        while self.signatures.get(candidate, signature) != signature:
            candidate, number = f"{name}{number}", number + 1
        return candidate


def _signature(name: str, definitions: DictStrAny) -> str:
    """Return all that a schema means: its body and the bodies of what it refers to."""
    reached: dict[str, Any] = {}
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current in reached or current not in definitions:
            continue
        reached[current] = definitions[current]
        waiting.extend(_references(definitions[current]))
    return json.dumps([name, reached], sort_keys=True)


def _references(value: Any) -> list[str]:
    if isinstance(value, dict):
        inner = [found for held in value.values() for found in _references(held)]
        target = value.get("$ref")
        return [target.removeprefix(_HOME), *inner] if isinstance(target, str) else inner
    if isinstance(value, list):
        return [found for held in value for found in _references(held)]
    return []


def _renamed(value: Any, renames: dict[str, str]) -> Any:
    if isinstance(value, dict):
        changed = {key: _renamed(held, renames) for key, held in value.items()}
        target = changed.get("$ref")
        if isinstance(target, str) and target.startswith(_HOME):
            name = target.removeprefix(_HOME)
            changed["$ref"] = f"{_HOME}{renames.get(name, name)}"
        return changed
    if isinstance(value, list):
        return [_renamed(held, renames) for held in value]
    return value
