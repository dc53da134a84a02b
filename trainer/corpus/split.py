"""Which part of the corpus a document belongs to: by its repository or site, never by its file.

A hash of the seed and the group decides, so that neither the order nor the number of documents
matters, and a group that comes again next year goes where it went.
"""

from __future__ import annotations

import hashlib
import re

from trainer.config import PreprocessSettings

TRAIN, VALIDATION, TEST = SPLITS = ("train", "validation", "test")
VERSION = "1"

_SCHEME = re.compile(r"^(?:[a-z][a-z0-9+.-]*://)?(?:git@)?", re.IGNORECASE)
_PORT = re.compile(r":\d+$")
_FORGES = re.compile(r"^(?:www\.)?(?:github|gitlab|bitbucket|codeberg)\.(?:com|org)[/:]")


def split_of(group: str, settings: PreprocessSettings) -> str:
    """One of ``SPLITS``."""
    key = f"{settings.seed}\0{normal_group(group)}".encode("utf-8", "surrogatepass")
    number = int.from_bytes(hashlib.blake2b(key, digest_size=8).digest(), "big")
    share = number / 2**64
    if share < settings.test_share:
        return TEST
    if share < settings.test_share + settings.validation_share:
        return VALIDATION
    return TRAIN


def normal_group(group: str) -> str:
    """One spelling for all mirrors of a group: a repository by its address, with ``.git`` or in
    other letters is the same repository; a site with ``www.`` or a port is the same site."""
    text = _SCHEME.sub("", group.strip()).casefold().rstrip("/")
    text = _PORT.sub("", _FORGES.sub("", text))
    return text.removesuffix(".git").removeprefix("www.").rstrip("/")
