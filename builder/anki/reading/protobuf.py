"""The few fields we need of Anki's binary messages: the only module that knows google.protobuf.

A message inside another is taken as bytes, which is what it is on the wire, and decoded in its turn: so that a list of
millions of empty messages is counted before anything is made of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from builder.anki.reading.damage import damaged

# Message: field and its number, type and whether it is repeated.
_MESSAGES = {
    "Meta": {"version": (1, "INT32", False)},
    "MediaList": {"entries": (1, "BYTES", True)},
    "MediaEntry": {"name": (1, "STRING", False), "sha1": (3, "BYTES", False)},
    "NoteTypeConfig": {
        "kind": (1, "INT32", False),
        "css": (3, "STRING", False),
        "original_stock_kind": (9, "INT32", False),
    },
    "TemplateConfig": {"front": (1, "STRING", False), "back": (2, "STRING", False)},
    "DeckKind": {"normal": (1, "BYTES", False)},
    "NormalDeck": {"description": (4, "STRING", False)},
}


def format_version(data: bytes) -> int:
    """The version of the package's format, from its `meta`."""
    return int(_decoded("Meta", data).version)


def media_entries(data: bytes) -> Sequence[bytes]:
    """The list of media files, each still encoded."""
    entries: Sequence[bytes] = _decoded("MediaList", data).entries
    return entries


def media_entry(data: bytes) -> tuple[str, bytes]:
    """The name of a media file and the SHA-1 of its bytes."""
    entry = _decoded("MediaEntry", data)
    return entry.name, entry.sha1


def note_type_config(data: bytes) -> tuple[int, str, int]:
    """A note type's kind, CSS and original stock kind."""
    config = _decoded("NoteTypeConfig", data)
    return config.kind, config.css, config.original_stock_kind


def template_config(data: bytes) -> tuple[str, str]:
    """A template's front and back."""
    config = _decoded("TemplateConfig", data)
    return config.front, config.back


def deck_description(data: bytes) -> str:
    """A deck's description; a filtered deck has none."""
    return str(_decoded("NormalDeck", _decoded("DeckKind", data).normal).description)


@cache
def _message_classes() -> dict[str, Any]:
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

    file = descriptor_pb2.FileDescriptorProto(name="deckbuilder.proto", package="deckbuilder", syntax="proto3")
    kinds = descriptor_pb2.FieldDescriptorProto
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for field, (number, kind, is_repeated) in fields.items():
            label = kinds.LABEL_REPEATED if is_repeated else kinds.LABEL_OPTIONAL
            message.field.add(name=field, number=number, type=kinds.Type.Value(f"TYPE_{kind}"), label=label)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return {
        name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"deckbuilder.{name}")) for name in _MESSAGES
    }


def _decoded(message: str, data: bytes) -> Any:
    from google.protobuf.message import DecodeError

    try:
        return _message_classes()[message].FromString(data)
    except (DecodeError, ValueError, RecursionError) as error:
        damaged("a message is not what Anki writes", error)
