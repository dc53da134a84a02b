"""Archives: real ones of every form, and those that are made to harm."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.trainer.acquire.gathering import MIT, gather, tar_of, write, zip_of
from trainer.acquire import expansion, tar_tree, zip_tree

FILES = {"top/a.py": "print(1)\n", "top/b/c.md": "# Title\n"}
MEGABYTE = 1024 * 1024


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return tmp_path / "workspace" / "raw"


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("x.tar", "w"),
        ("x.tar.gz", "w:gz"),
        ("x.tgz", "w:gz"),
        ("x.tar.bz2", "w:bz2"),
        ("x.tar.xz", "w:xz"),
        ("x.crate", "w:gz"),
        ("x.zip", ""),
        ("x.whl", ""),
    ],
)
def test_every_form(tmp_path: Path, raw: Path, name: str, mode: str) -> None:
    path = tmp_path / name
    made = tar_of(path, FILES, mode) if mode else zip_of(path, FILES)
    got = gather(raw, made)
    assert got.groups == {"top/a.py": "x", "top/b/c.md": "x"}
    assert got.one("top/a.py").text == "print(1)\n"
    assert got.one("top/a.py").origin.details["archive"] == name
    assert gather(raw, made).documents == got.documents


def test_an_sdist_a_wheel_and_a_crate_say_who_they_are(tmp_path: Path, raw: Path) -> None:
    folder = tmp_path / "downloads"
    folder.mkdir()
    info = "Metadata-Version: 2.4\nName: The_Thing\nLicense-Expression: MIT\n"
    tar_of(
        folder / "the_thing-1.0.tar.gz", {"the_thing-1.0/PKG-INFO": info, "the_thing-1.0/a.py": "1"}
    )
    zip_of(
        folder / "other-2-py3-none-any.whl",
        {
            "other/b.py": "2",
            "other-2.dist-info/METADATA": "Name: other\nLicense: Apache 2.0\n",
            "other-2.dist-info/RECORD": "other/b.py,,\n",
        },
    )
    cargo = '[package]\nname = "third"\nlicense = "ISC"\n'
    tar_of(folder / "third-0.1.crate", {"third-0.1/Cargo.toml": cargo, "third-0.1/src/l.rs": "3"})
    tar_of(folder / "r-main.tar.gz", {"r-main/LICENSE": MIT, "r-main/d.go": "package d"})
    got = gather(raw, folder)
    expected = {
        "the_thing-1.0/a.py": ("the-thing", "MIT"),
        "other/b.py": ("other", "Apache-2.0"),
        "third-0.1/src/l.rs": ("third", "ISC"),
        "r-main/d.go": ("r-main", "MIT"),
    }
    found = {name: (got.groups[name], got.licences[name]) for name in expected}
    assert found == expected


def test_an_archive_in_an_archive_is_opened_and_no_third(tmp_path: Path, raw: Path) -> None:
    third = zip_of(tmp_path / "third.zip", {"c.py": "3"}).read_bytes()
    second = tar_of(tmp_path / "second.tar.gz", {"b.py": "2", "in/third.zip": third}).read_bytes()
    first = zip_of(tmp_path / "first.zip", {"LICENSE": MIT, "a.py": "1", "x/second.tar.gz": second})
    got = gather(raw, first)
    assert got.locations == ["LICENSE", "a.py", "x/second.tar.gz!/b.py"]
    assert set(got.groups.values()) == {"first"}
    assert got.licences["x/second.tar.gz!/b.py"] == "MIT"
    assert got.drops == {"archive nested too deep": 1}


def test_names_that_lead_outside_are_refused_and_lose_nothing_else(
    tmp_path: Path, raw: Path
) -> None:
    bad = {"../up.py": "1", "/abs.py": "2", "a/../../x.py": "3", "C:/x.py": "4", "a//b.py": "5"}
    tar = tar_of(tmp_path / "bad.tar.gz", {"./ok.py": "6", **bad})
    zipped = zip_of(tmp_path / "bad.zip", {"ok.py": "6", **bad, "a\\b.py": "7"})
    for made, reasons in ((tar, 5), (zipped, 6)):
        got = gather(raw / made.name, made)
        assert got.locations == ["ok.py"]
        assert got.drops == {"name that leads outside": reasons}


def test_links_and_devices_in_archives_are_refused(tmp_path: Path, raw: Path) -> None:
    path = tmp_path / "links.tar"
    with tarfile.open(path, "w") as tar:
        kinds = {
            "soft.py": tarfile.SYMTYPE,
            "hard.py": tarfile.LNKTYPE,
            "pipe.py": tarfile.FIFOTYPE,
            "dev.py": tarfile.CHRTYPE,
            "block.py": tarfile.BLKTYPE,
        }
        for name, kind in kinds.items():
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, "/etc/passwd"
            tar.addfile(member)
        member = tarfile.TarInfo("ok.py")
        member.size = 1
        tar.addfile(member, io.BytesIO(b"1"))
    got = gather(raw, path)
    assert got.locations == ["ok.py"]
    assert got.drops == {"symbolic link": 2, "not a regular file": 3}

    zipped = tmp_path / "links.zip"
    with zipfile.ZipFile(zipped, "w") as archive:
        for name, mode in (("soft.py", 0o120777), ("pipe.py", 0o010644), ("ok.py", 0o100644)):
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            archive.writestr(info, "1")
    got = gather(raw.parent / "raw2", zipped)
    assert got.locations == ["ok.py"]
    assert got.drops == {"symbolic link": 1, "not a regular file": 1}


def bomb_of_one_member(path: Path, size: int) -> Path:
    """A tar whose member is ``size`` zeros, packed a thousand times."""
    member = tarfile.TarInfo("zeros.txt")
    member.size = size
    with gzip.open(path, "wb", compresslevel=9) as file:
        file.write(member.tobuf())
        for _ in range(size // MEGABYTE):
            file.write(bytes(MEGABYTE))
        file.write(bytes(1024))
    return path


def test_a_bomb_in_a_tar_is_stopped_early(tmp_path: Path, raw: Path) -> None:
    folder = write(tmp_path / "x", {"ok.py": "1"})
    bomb_of_one_member(folder / "bomb.tar.gz", 64 * MEGABYTE)
    tracemalloc.start()
    got = gather(raw, folder)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert got.locations == ["ok.py"]
    assert got.drops == {"archive that expands too far": 1}
    assert peak < 16 * MEGABYTE


@pytest.mark.parametrize("size", [2**33, 2**62])
def test_a_header_that_promises_more_than_memory(tmp_path: Path, raw: Path, size: int) -> None:
    """tarfile reads the body of a header for long names whole."""
    member = tarfile.TarInfo("././@LongLink")
    member.type, member.size = tarfile.GNUTYPE_LONGNAME, size
    path = tmp_path / "long.tar"
    path.write_bytes(member.tobuf(tarfile.GNU_FORMAT) + bytes(4096))
    assert gather(raw, path).drops == {"archive that expands too far": 1}


def test_a_header_that_is_as_long_as_it_promises(tmp_path: Path, raw: Path) -> None:
    """Less than an archive may expand to, and more than a name can be."""
    member = tarfile.TarInfo("././@LongLink")
    member.type, member.size = tarfile.GNUTYPE_LONGNAME, 20 * MEGABYTE
    path = tmp_path / "long.tar.gz"
    path.write_bytes(gzip.compress(member.tobuf(tarfile.GNU_FORMAT) + bytes(21 * MEGABYTE)))
    assert gather(raw, path).drops == {"archive that expands too far": 1}


def test_headers_that_go_on_and_on(tmp_path: Path, raw: Path) -> None:
    """A chain of global headers, which tarfile follows by recursion."""
    header = tarfile.TarInfo.create_pax_global_header({"comment": "x"})
    path = tmp_path / "chain.tar.gz"
    path.write_bytes(gzip.compress(header * 50_000))
    assert set(gather(raw, path).drops) <= {"broken archive", "archive that expands too far"}


def test_a_sparse_member_of_a_petabyte(tmp_path: Path, raw: Path) -> None:
    pax = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": str(2**50)}
    data = b"0\n".ljust(512, b"\0")
    member = tarfile.TarInfo("sparse.py")
    member.size, member.pax_headers = len(data), pax
    path = tmp_path / "sparse.tar"
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as tar:
        tar.addfile(member, io.BytesIO(data))
    assert gather(raw, path).drops == {"not a regular file": 1}


def empty_members(path: Path, count: int) -> Path:
    member = tarfile.TarInfo("a.py").tobuf()
    path.write_bytes(gzip.compress(member * count + bytes(1024), compresslevel=9))
    return path


def test_members_by_the_hundred_thousand_are_refused(
    tmp_path: Path, raw: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = empty_members(tmp_path / "many.tar.gz", 100_000)
    assert gather(raw, path).drops == {"archive that expands too far": 1}
    monkeypatch.setattr(expansion, "MOST_RATIO", 10_000)
    monkeypatch.setattr(tar_tree, "MOST_MEMBERS", 99_999)
    assert gather(raw, path).drops == {"archive with too many members": 1}


def test_members_that_are_allowed_take_little_memory(tmp_path: Path, raw: Path) -> None:
    path = empty_members(tmp_path / "many.tar.gz", 10_000)
    tracemalloc.start()
    assert gather(raw, path).drops == {"empty": 1}
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 6 * MEGABYTE


def test_too_many_members_in_a_zip(
    tmp_path: Path, raw: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = zip_of(tmp_path / "many.zip", {f"{number}.py": "1" for number in range(11)})
    monkeypatch.setattr(zip_tree, "MOST_MEMBERS", 10)
    assert gather(raw, path).drops == {"archive with too many members": 1}
    monkeypatch.setattr(zip_tree, "MOST_MEMBERS", 11)
    monkeypatch.setattr(zip_tree, "_LARGEST_DIRECTORY", 100)
    assert gather(raw.parent / "raw2", path).drops == {"archive with too many members": 1}


def test_a_zip_of_zeros(tmp_path: Path, raw: Path) -> None:
    folder = write(tmp_path / "x", {"ok.py": "1"})
    zip_of(folder / "bomb.zip", {f"{number}.txt": bytes(8 * MEGABYTE) for number in range(5)})
    got = gather(raw, folder)
    assert got.locations == ["ok.py"]
    assert got.drops == {"archive that expands too far": 1}


def test_a_zip_that_lies_about_a_size(tmp_path: Path, raw: Path) -> None:
    """zipfile gives no more than the size that is claimed, and then the sum is wrong."""
    path = zip_of(tmp_path / "lie.zip", {"a.txt": bytes(8 * MEGABYTE), "ok.py": "1"})
    content = path.read_bytes().replace(struct.pack("<L", 8 * MEGABYTE), struct.pack("<L", 10))
    path.write_bytes(content)
    got = gather(raw, path)
    assert got.locations == ["ok.py"]
    assert got.drops == {"broken archive": 1}


def test_an_encrypted_member_is_told(tmp_path: Path, raw: Path) -> None:
    path = zip_of(tmp_path / "secret.zip", {"a.py": "1", "b.py": "2"})
    content = bytearray(path.read_bytes())
    directory = content.index(b"PK\x01\x02")
    content[directory + 8] |= 1
    path.write_bytes(content)
    got = gather(raw, path)
    assert got.drops == {"encrypted": 1}
    assert got.locations == ["b.py"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not an archive at all",
        b"\x1f\x8b" + bytes(100),
        gzip.compress(b"no tar", mtime=0),
        bz2.compress(b"no tar"),
        lzma.compress(b"no tar"),
        b"BZh9" + bytes(50),
        b"\xfd7zXZ\0" + bytes(50),
    ],
)
@pytest.mark.parametrize("name", ["x.tar.gz", "x.zip"])
def test_what_is_no_archive(tmp_path: Path, raw: Path, content: bytes, name: str) -> None:
    write(tmp_path / "x", {name: content, "ok.py": "1"})
    got = gather(raw, tmp_path / "x")
    assert got.locations == ["ok.py"]
    assert got.drops == {"broken archive": 1}


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_an_archive_that_was_cut_off_is_refused_whole(tmp_path: Path, raw: Path, mode: str) -> None:
    files = {f"{number}.py": str(zlib.crc32(bytes([number]))) * 300 for number in range(40)}
    path = tar_of(tmp_path / "x.tar", files, mode)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    got = gather(raw, path)
    assert got.documents == ()
    assert got.drops == {"broken archive": 1}


def test_damage_in_the_middle_is_not_taken_for_the_end(tmp_path: Path, raw: Path) -> None:
    path = tar_of(tmp_path / "x.tar", {"a.py": "1", "b.py": "2", "c.py": "3"}, "w")
    content = bytearray(path.read_bytes())
    content[1024 + 148] ^= 0xFF  # in the checksum of the second header
    path.write_bytes(content)
    assert gather(raw, path).drops == {"broken archive": 1}


def test_xz_in_pieces_with_padding(tmp_path: Path, raw: Path) -> None:
    whole = tar_of(tmp_path / "x.tar", FILES, "w").read_bytes()
    pieces = [lzma.compress(whole[:700]), bytes(8), lzma.compress(whole[700:]), bytes(4)]
    path = tmp_path / "x.tar.xz"
    path.write_bytes(b"".join(pieces))
    assert gather(raw, path).locations == ["top/a.py", "top/b/c.md"]


@given(data=st.data())
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("name", ["x.tar", "x.tar.gz", "x.zip"])
def test_damage_anywhere_is_never_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("damage")
    path = folder / name
    if name.endswith("zip"):
        zip_of(path, FILES)
    else:
        tar_of(path, FILES, "w:gz" if name.endswith("gz") else "w", mtime=1)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    got = gather(folder / "raw", path)
    assert got.documents or got.drops
