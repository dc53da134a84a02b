"""What GitHub says no with, in its own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class Refusal(Exception):
    """An answer of REST with a status from 400 on."""

    def __init__(
        self,
        status: int,
        message: str,
        errors: Sequence[Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.headers = headers or {}
        self.status = status
        self.message = message
        self.errors = errors

    def body(self) -> dict[str, Any]:
        told: dict[str, Any] = {
            "message": self.message,
            "documentation_url": "https://docs.github.com/rest",
            "status": str(self.status),
        }
        return told if self.errors is None else {**told, "errors": list(self.errors)}


def not_found() -> Refusal:
    return Refusal(404, "Not Found")


def not_accessible() -> Refusal:
    """What a workflow's token hears where a permission is missing."""
    return Refusal(403, "Resource not accessible by integration")


def too_long(resource: str) -> Refusal:
    error = {
        "resource": resource,
        "code": "custom",
        "field": "body",
        "message": "body is too long (maximum is 65536 characters)",
    }
    return Refusal(422, "Validation Failed", [error])


def moved(location: str) -> Refusal:
    """What a repository that was renamed says under its old name, to every request."""
    return Refusal(301, "Moved Permanently", headers={"Location": location})
