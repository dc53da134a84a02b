"""Values as mappings of their fields."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def by_field(value: DataclassInstance) -> dict[str, Any]:
    """Not into the depth: ``dataclasses.asdict`` copies each text anew, in three times the time."""
    return {field.name: getattr(value, field.name) for field in fields(value)}
