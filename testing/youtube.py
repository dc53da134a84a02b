"""A YouTube on loopback, behind a proxy that speaks TLS in its name: what asks it runs unchanged,
with ``--proxy`` and the environment of ``YouTube.environ``.

The answers are hand-made in the shapes that YouTube gives: watch page, player, transcript, list.
"""

from __future__ import annotations

import datetime
import json
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from testing.scripted_http import Reply

SITE = "https://www.youtube.com"
HOSTS = ("youtube.com", "*.youtube.com", "*.googlevideo.com", "*.google.com", "youtu.be")
CHANNEL = "UC" + "c" * 22
FREE = "Creative Commons Attribution license (reuse allowed)"


@dataclass(frozen=True)
class Track:
    """Captions. ``lines``: start and length in seconds, and what is said."""

    language: str = "en"
    generated: bool = False
    lines: tuple[tuple[float, float, str], ...] = ((0.0, 2.0, "Hello there."),)
    raw: bytes | None = None
    """The answer itself, in place of ``lines``."""
    url: str | None = None
    """Where it is said to be, in place of where it is."""


@dataclass(frozen=True)
class Clip:
    """A video. ``status`` is the player's ``playabilityStatus``; ``licence`` what the table below
    the description says."""

    title: str = "A talk"
    author: str = "Example Channel"
    channel: str = CHANNEL
    seconds: int = 61
    licence: str | None = None
    description: str = ""
    tracks: tuple[Track, ...] = (Track(),)
    status: Mapping[str, Any] = field(default_factory=lambda: {"status": "OK"})
    sound: bytes = b""
    """A WAV file."""


@dataclass
class YouTube:
    proxy: str
    environ: Mapping[str, str]
    clips: dict[str, Clip] = field(default_factory=dict)
    lists: dict[str, list[str]] = field(default_factory=dict)
    """Ids of videos, by the id of their playlist."""
    replies: dict[str, list[Reply]] = field(default_factory=dict)
    """By path, answers in place of the right ones; the last one stays."""
    asked: list[str] = field(default_factory=list)
    """Host and path of each request."""

    def count(self, path: str) -> int:
        return sum(one.partition("/")[2] == path.lstrip("/") for one in self.asked)

    def answer(self, host: str, target: str, body: Any) -> Reply:
        url = urlsplit(target)
        self.asked.append(f"{host}{url.path}")
        instead = self.replies.get(url.path)
        if instead:
            return instead.pop(0) if len(instead) > 1 else instead[0]
        query = {key: values[0] for key, values in parse_qs(url.query).items()}
        if url.path == "/watch":
            return _page(_watch_page(self.clips.get(query.get("v", ""))))
        if url.path == "/youtubei/v1/player":
            return Reply(body=_player(body["videoId"], self.clips.get(body["videoId"])))
        if url.path == "/api/timedtext":
            return self._transcript(query)
        if url.path == "/playlist" and query.get("list") in self.lists:
            return _page(_initial_data(_playlist(self.lists[query["list"]])))
        if url.path == "/videoplayback":
            return Reply(body=self.clips[query["v"]].sound, headers={"Content-Type": "audio/wav"})
        return Reply(status=404, body=b"")

    def _transcript(self, query: Mapping[str, str]) -> Reply:
        track = self.clips[query["v"]].tracks[int(query["track"])]
        content = _xml(track) if track.raw is None else track.raw
        return Reply(body=content, headers={"Content-Type": "text/xml; charset=UTF-8"})


@contextmanager
def youtube(folder: Path) -> Iterator[YouTube]:
    """Serve until the end of the block; ``folder`` gets the certificate."""
    bundle, context = _certificate(folder)
    state = YouTube("", {"REQUESTS_CA_BUNDLE": str(bundle), "SSL_CERT_FILE": str(bundle)})

    class Site(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30
        wbufsize = -1

        def do_GET(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            body = json.loads(raw) if raw else None
            reply = state.answer(self.headers["Host"], self.path, body)
            self.close_connection = self.close_connection or reply.cut
            if not reply.status:
                return
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.data)))
            self.end_headers()
            self.wfile.write(reply.data[: len(reply.data) // 2] if reply.cut else reply.data)

        do_POST = do_GET  # noqa: N815 - the name that http.server calls

        def log_message(self, format: str, *args: object) -> None:
            """Nothing on standard error."""

    class Proxy(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # TLS ends its greeting with small packets, whose acknowledgement answers would wait for.
        disable_nagle_algorithm = True

        def do_CONNECT(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.close_connection = True
            with context.wrap_socket(self.connection, server_side=True) as tunnel:
                Site(tunnel, self.client_address, self.server)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing on standard error."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that hangs up is no fault of the test."""

    server = Server(("127.0.0.1", 0), Proxy)
    state.proxy = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _page(html: str) -> Reply:
    return Reply(body=html.encode(), headers={"Content-Type": "text/html; charset=utf-8"})


def _script(data: Any) -> str:
    """JSON as it stands in a page: nothing in it can end the script."""
    return json.dumps(data).replace("<", "\\u003c").replace(">", "\\u003e")


def _watch_page(clip: Clip | None) -> str:
    rows: list[Any] = []
    if clip is not None and clip.licence is not None:
        contents = [{"runs": [{"text": clip.licence}]}]
        row = {"title": {"simpleText": "License"}, "contents": contents}
        rows.append({"metadataRowRenderer": row})
    about = {
        "description": {"simpleText": clip.description if clip else ""},
        "metadataRowContainer": {"metadataRowContainerRenderer": {"rows": rows}},
    }
    results = {"results": {"results": {"contents": [{"videoSecondaryInfoRenderer": about}]}}}
    data = {"contents": {"twoColumnWatchNextResults": results}}
    title = escape(clip.title if clip else "")
    return f'<meta name="title" content="{title}">' + _initial_data(data)


def _initial_data(data: Any) -> str:
    client = {"clientName": "WEB", "clientVersion": "2.20260101"}
    config = {"INNERTUBE_API_KEY": "recorded-key", "INNERTUBE_CONTEXT": {"client": client}}
    return (
        "<!DOCTYPE html><html><head>"
        f'<script nonce="n">ytcfg.set({_script(config)});</script></head><body>'
        f'<script nonce="n">var ytInitialData = {_script(data)};</script></body></html>'
    )


def _player(video: str, clip: Clip | None) -> Any:
    if clip is None:
        return {"playabilityStatus": {"status": "ERROR", "reason": "This video is unavailable"}}
    answer: dict[str, Any] = {
        "playabilityStatus": dict(clip.status),
        "videoDetails": {
            "videoId": video,
            "title": clip.title,
            "lengthSeconds": str(clip.seconds),
            "channelId": clip.channel,
            "author": clip.author,
        },
    }
    if clip.tracks:
        tracks = [_track(video, number, track) for number, track in enumerate(clip.tracks)]
        answer["captions"] = {"playerCaptionsTracklistRenderer": {"captionTracks": tracks}}
    if clip.sound:
        url = f"https://r1.googlevideo.com/videoplayback?v={video}"
        answer["streamingData"] = {
            "adaptiveFormats": [
                {"itag": 140, "url": url, "mimeType": 'audio/mp4; codecs="mp4a.40.2"'}
            ]
        }
    return answer


def _track(video: str, number: int, track: Track) -> Any:
    url = f"{SITE}/api/timedtext?v={video}&track={number}&lang={track.language}&fmt=srv3"
    found = {
        "baseUrl": url if track.url is None else track.url,
        "name": {"runs": [{"text": track.language}]},
        "languageCode": track.language,
        "isTranslatable": False,
    }
    return {**found, "kind": "asr"} if track.generated else found


def _xml(track: Track) -> bytes:
    # YouTube escapes twice: once for HTML, once for XML.
    lines = "".join(
        f'<text start="{start}" dur="{seconds}">{escape(escape(text))}</text>'
        for start, seconds, text in track.lines
    )
    return f'<?xml version="1.0" encoding="utf-8" ?><transcript>{lines}</transcript>'.encode()


def _playlist(videos: list[str]) -> Any:
    entries = [
        {"playlistVideoRenderer": {"videoId": video, "title": {"runs": [{"text": "A video"}]}}}
        for video in videos
    ]
    videos_of = {"playlistVideoListRenderer": {"contents": entries}}
    section = {"itemSectionRenderer": {"contents": [videos_of]}}
    content = {"sectionListRenderer": {"contents": [section]}}
    tabs = [{"tabRenderer": {"selected": True, "content": content}}]
    return {
        "contents": {"twoColumnBrowseResultsRenderer": {"tabs": tabs}},
        "metadata": {"playlistMetadataRenderer": {"title": "A playlist"}},
    }


def _certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """One that is its own authority, for a day."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "YouTube of the tests")])
    now = datetime.datetime.now(datetime.timezone.utc)
    usage = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement"), False
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in HOSTS]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True,
                key_cert_sign=True,
                crl_sign=True,
                encipher_only=False,
                decipher_only=False,
                **usage,
            ),
            True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .sign(key, hashes.SHA256())
    )
    bundle, private = folder / "youtube.pem", folder / "youtube.key"
    bundle.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(bundle, private)
    return bundle, context
