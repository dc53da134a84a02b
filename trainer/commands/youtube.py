"""``coderasst-train acquire youtube``: what is said in videos."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from trainer.commands.acquiring import Acquisition, acquiring

if TYPE_CHECKING:
    from trainer.acquire.youtube.captions import Captions
    from trainer.acquire.youtube.ladder import Ladder
    from trainer.acquire.youtube.names import Name
    from trainer.acquire.youtube.refusals import NoTranscript
    from trainer.acquire.youtube.ytdlp import YtDlp

KIND = "youtube"
DEFAULT_NAME = "videos"
_MOST_TOLD = 50


@click.command()
@click.argument("names", metavar="URL_OR_ID...", nargs=-1)
@click.option(
    "--list",
    "list_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Take what this file names, too: one a line.",
)
@click.option(
    "--language",
    "languages",
    default="en",
    show_default=True,
    metavar="CODES",
    help="Of the transcript, the most wanted first, as in de,en.",
)
@click.option("--manual-only", is_flag=True, help="Take no transcript that YouTube generated.")
@click.option(
    "--speech",
    type=click.Choice(["auto", "on", "off"]),
    default="auto",
    show_default=True,
    help="Listen to videos without a transcript: auto where that is installed; on also where"
    " YouTube refuses transcripts to this address.",
)
@click.option(
    "--speech-model",
    default="small",
    show_default=True,
    metavar="NAME_OR_DIR",
    help="Model of faster-whisper.",
)
@click.option("--proxy", metavar="URL", help="Ask through it (default: HTTPS_PROXY).")
@click.option(
    "--delay",
    type=click.FloatRange(min=0, max=3600),
    metavar="SECONDS",
    help="Between two videos (default: web.delay of the configuration).",
)
@click.option("--retry", is_flag=True, help="Ask again for videos that were refused before.")
@acquiring
def youtube(
    what: Acquisition,
    names: tuple[str, ...],
    list_file: Path | None,
    languages: str,
    manual_only: bool,
    speech: str,
    speech_model: str,
    proxy: str | None,
    delay: float | None,
    retry: bool,
) -> None:
    """Take the transcripts of videos, playlists and channels.

    Their licence is what the video's page says, which mostly is none that is free: preprocess takes
    documents of unknown licence only where its configuration allows it. An id that begins with a
    dash goes behind "--". Ends with 3 where YouTube stopped answering.
    """
    from trainer.acquire.youtube.captions import Captions
    from trainer.acquire.youtube.ytdlp import YtDlp

    found = _names(names, list_file)
    wanted = _languages(languages)
    pause = what.settings.web.delay if delay is None else delay
    checked = _proxy(proxy)
    videos = YtDlp(checked, pause)
    with Captions(wanted, manual_only=manual_only, proxy=checked) as captions:
        ladder = _ladder(
            captions, videos, wanted, "dry-run" if what.dry_run else speech, speech_model
        )
        _acquire(what, found, ladder, videos, pause, retry)


def _acquire(
    what: Acquisition,
    names: tuple[Name, ...],
    ladder: Ladder,
    videos: YtDlp,
    pause: float,
    retry: bool,
) -> None:
    import time
    from datetime import datetime, timezone

    from trainer.acquire.youtube import acquire

    now = datetime.now(timezone.utc).replace(microsecond=0)
    refused: list[tuple[str, NoTranscript]] = []
    passed_over = 0
    try:
        with what.run(KIND, what.name or DEFAULT_NAME) as run:
            means = acquire.Means(
                transcripts=ladder,
                videos=videos.videos,
                wait=lambda: time.sleep(pause),
                looked_at=run.looked_at,
                refused=lambda url, why: refused.append((url, why)),
            )
            taking = acquire.Acquisition(means, run.source, run.budget, now, retry=retry)
            try:
                taking.take(names)
            finally:
                passed_over = taking.passed_over
    finally:
        _tell(refused, passed_over)


def _tell(refused: list[tuple[str, NoTranscript]], passed_over: int) -> None:
    """One line for each video that gave nothing; what helps is said once for each reason."""
    from coderasst_hook.visible import one_line

    helped: set[str] = set()
    for url, why in refused[:_MOST_TOLD]:
        step = "" if why.next_step in helped else why.next_step
        helped.add(why.next_step)
        click.echo(one_line(f"{url}: {why}" + (f"; {step}" if step else "")), err=True)
    if len(refused) > _MOST_TOLD:
        click.echo(f"and {len(refused) - _MOST_TOLD:,} more", err=True)
    if passed_over:
        verb = "video was" if passed_over == 1 else "videos were"
        click.echo(f"{passed_over:,} {verb} refused before; --retry asks again", err=True)


def _names(texts: tuple[str, ...], list_file: Path | None) -> tuple[Name, ...]:
    from coderasst_hook.errors import UsageError
    from trainer.acquire.youtube.names import parse, parse_list

    found = (*map(parse, texts), *(parse_list(list_file) if list_file is not None else ()))
    if not found:
        raise UsageError(
            "nothing is named", next_step="name videos, playlists or channels, or --list FILE"
        )
    return found


def _languages(text: str) -> tuple[str, ...]:
    import re

    from coderasst_hook.errors import UsageError

    codes = tuple(code.strip() for code in text.split(",") if code.strip())
    if not codes or not all(re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", c) for c in codes):
        raise UsageError(
            f"--language takes codes of languages, not {text!r}",
            next_step="some as in --language de,en",
        )
    return codes


def _proxy(url: str | None) -> str | None:
    """Raises ``UsageError``, which does not repeat ``url``: it may hold a password."""
    from urllib.parse import urlsplit

    from coderasst_hook.errors import UsageError

    try:
        parts = urlsplit(url or "http://unused")
        valid = parts.scheme in ("http", "https") and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        valid = False
    if not valid:
        raise UsageError(
            "--proxy takes an http or https URL",
            next_step="one as in --proxy http://USER:PASSWORD@HOST:PORT",
        )
    return url


def _ladder(
    captions: Captions, videos: YtDlp, languages: tuple[str, ...], mode: str, model: str
) -> Ladder:
    from coderasst_hook.errors import UsageError
    from trainer.acquire.youtube.ladder import Ladder
    from trainer.acquire.youtube.speech import Recogniser, Speech, available

    if mode == "dry-run":
        return Ladder(captions, None, why_silent="without --dry-run, its sound may be listened to")
    if mode == "off":
        return Ladder(captions, None, why_silent="--speech auto would listen to its sound")
    try:
        available()
    except UsageError as missing:
        if mode == "on":
            raise
        why = f"its sound could be listened to, but {missing}: {missing.next_step}"
        return Ladder(captions, None, why_silent=why)
    speech = Speech(videos, Recogniser(model), languages)
    return Ladder(captions, speech, must_hear=mode == "on")
