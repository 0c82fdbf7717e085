"""YAML text as an editor with our schemas sees it: values typed as YAML 1.2 says, and the lines that it marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml
from jsonschema import Draft7Validator, ValidationError, validators

from builder.source.schema import SCHEMAS, schema

_NULL = re.compile("~|null|Null|NULL|")
_TRUTH = re.compile("true|True|TRUE|false|False|FALSE")
_INTEGER = re.compile("[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NO_NUMBER = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")


class NoYamlError(Exception):
    """There is nothing for a schema: a syntax error, or a file without content."""


def document(text: str) -> yaml.Node:
    """The tree of a file, with places."""
    try:
        found = yaml.compose(text.removeprefix("\ufeff"), yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise NoYamlError from error
    if found is None or (isinstance(found, yaml.ScalarNode) and not found.value):
        raise NoYamlError
    return found


def value(node: yaml.Node) -> Any:
    """What a tree holds; of a key written twice the first, as our reader takes it."""
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key, one in node.value:
            found.setdefault(str(key.value), value(one))
        return found
    if isinstance(node, yaml.SequenceNode):
        return [value(item) for item in node.value]
    return node.value if node.style else _typed(node.value)


def _typed(text: str) -> Any:
    if _NULL.fullmatch(text):
        return None
    if _TRUTH.fullmatch(text):
        return text.lower() == "true"
    if _INTEGER.fullmatch(text):
        return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return float(text.lower().replace(".", "")) if _NO_NUMBER.fullmatch(text) else text


def kind_of(file: str) -> str:
    """Which schema the file of a deck has, by its path in the deck; '' when it has none."""
    if file.startswith("note_types/"):
        return "note-type" if re.fullmatch(r"note_types/[^/]+/note_type\.yaml", file) else ""
    others = {"deck.yaml": "deck", "references.yaml": "references"}
    return others.get(file, "notes") if file.endswith((".yaml", ".yml")) else ""


def complaints(kind: str, text: str) -> list[str]:
    """What the schema of a kind of file has against a file, each with its path."""
    found = _VALIDATORS[kind].iter_errors(value(document(text)))
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in found]


def marked_lines(kind: str, text: str) -> set[int]:
    """The lines that an editor marks: of the key or the value that is wrong, or where what lacks something begins."""
    root = document(text)
    return {line for error in _VALIDATORS[kind].iter_errors(value(root)) for line in _lines(root, error)}


def _lines(root: yaml.Node, error: ValidationError) -> Iterator[int]:
    node, lines = root, {root.start_mark.line, 0}  # of what lacks in the whole file our reader says line 1
    for step in error.absolute_path:
        if isinstance(node, yaml.MappingNode):
            key, node = next((key, one) for key, one in node.value if key.value == step)
            lines = {key.start_mark.line, node.start_mark.line}
        else:
            node = node.value[step]
            lines = {node.start_mark.line}
    if error.validator == "additionalProperties":
        known = (error.schema.get("properties", {}), *error.schema.get("patternProperties", {}))
        lines = {key.start_mark.line for key, _ in node.value if not _is_known(str(key.value), *known)}
    elif "propertyNames" in error.absolute_schema_path:
        lines = {key.start_mark.line for key, _ in node.value if key.value == error.instance}
    yield from (line + 1 for line in lines)


def _is_known(key: str, properties: dict[str, Any], *patterns: str) -> bool:
    return key in properties or any(re.search(pattern, key) for pattern in patterns)


def _properties(validator: Any, properties: dict[str, Any], instance: Any, _schema: Any) -> Iterator[ValidationError]:
    """As in jsonschema, which forgets where a key is that must not be there."""
    for key, shape in properties.items():
        if isinstance(instance, dict) and key in instance:
            for error in validator.descend(instance[key], shape, path=key, schema_path=key):
                if shape is False:
                    error.path.appendleft(key)
                yield error


def _pattern(_validator: Any, pattern: str, instance: Any, _schema: Any) -> Iterator[ValidationError]:
    """As in JavaScript, where `$` is not before a line end."""
    if isinstance(instance, str) and not re.search(pattern.replace("$", r"\Z"), instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


_Validator = validators.extend(Draft7Validator, {"properties": _properties, "pattern": _pattern})
_VALIDATORS = {kind: _Validator(schema(kind)) for kind in SCHEMAS}
