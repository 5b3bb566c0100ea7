"""Asks the checks about a post: when it is planned, and again when the rules or the doctor have changed."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import object_session

from config import BadSetting
from portal import checks, picture_notes
from portal.checks import Author, Draft, Finding, Pack, Picture, Piece, Report, recognisers
from portal.checks.duties import FOLDS
from portal.checks.pictures import is_named_as_scan
from portal.models import Doctor, Post, PostCheck, Publication, SocialAccount

# The rule for pictures of people: where consent is written down, that is the reason it asks for.
CONSENT_RULE = "P14"


@dataclass(frozen=True)
class Looked:
    """A report, with the digest of all that was read for it."""

    report: Report
    digest: str


def init_app(app: Flask) -> None:
    """Ask a language model about names too, where the operator has installed one and says so."""
    model = app.config["PORTAL"].language_model
    try:
        recognisers.use(recognisers.presidio(model) if model else None, model)
    except recognisers.NotInstalled:
        raise BadSetting(
            "LANGUAGE_MODEL must be the name of a model for spaCy. Install it, and Presidio, first:"
            f" {model!r} is not there."
        ) from None


def author_of(doctor: Doctor, handles: Iterable[str] | None = None) -> Author:
    """The doctor as the checks know them. Until somebody has checked, the speciality that they claim counts
    as their title: nothing leaves before that anyway. A speciality's other names allow what its name does.
    `handles` are those of all their accounts, in order, where they were read just before."""
    fields = [field for field in (doctor.speciality, doctor.sub_speciality) if field is not None]
    return Author(
        full_name=doctor.full_name,
        clinic_name=doctor.clinic_name or "",
        clinic_address=doctor.clinic_address or "",
        emails=(doctor.user.email,),
        phones=(doctor.phone_number,) if doctor.phone_number else (),
        handles=_handles_of(doctor) if handles is None else _each(handles),
        qualification=doctor.qualification or "",
        registration_number=doctor.medical_council_regd_no or "",
        titles=tuple(name for field in fields for name in (field.name, *field.aliases)),
        licence=doctor.licence_state,
    )


def _handles_of(doctor: Doctor) -> tuple[str, ...]:
    """The names of all accounts that the doctor ever connected: one that was disconnected is still theirs.

    So they only grow and only take findings away; a post that passed without them needs no second look.
    """
    session = object_session(doctor)
    if session is None:
        return ()
    mine = SocialAccount.doctor_id == doctor.id, SocialAccount.handle.is_not(None)
    handles = session.scalars(select(SocialAccount.handle).where(*mine).order_by(SocialAccount.handle))
    return _each(handle for handle in handles if handle is not None)


def _each(handles: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(handle for handle in handles if handle))


def pack_of(doctor: Doctor) -> Pack:
    """Whose rules the doctor goes by."""
    return next(pack for pack in checks.PACKS if pack == doctor.check_pack)


def look(post: Post, doctor: Doctor, order: Sequence[int] = (), author: Author | None = None) -> Looked:
    """What the checks say of a post as it is now, wherever it goes."""
    draft, author, pack = draft_of(post, order), author or author_of(doctor), pack_of(doctor)
    read = repr((draft.pieces, [piece.text for piece in draft.pieces], draft.pictures, author, pack))
    return Looked(checks.look(draft, author, pack), hashlib.sha256(read.encode()).hexdigest())


def stopping(report: Report, said: Collection[str], before: PostCheck | None) -> list[Finding]:
    """What stands against the post; `said` are the rules for which the doctor gives a reason now."""
    return [found for found in report.findings if not _may_pass(found, said, before)]


def result(
    post: Post, doctor: Doctor, looked: Looked, reasons: dict[str, str], *, is_passed: bool
) -> PostCheck:
    """What was said, to be kept beside the post, with the doctor's reasons for what was found."""
    used = {found.id for found in looked.report.findings if found.severity == "confirm"}
    return PostCheck(
        post=post,
        version=post.version or 1,
        pack=looked.report.pack,
        rules_version=looked.report.rules_version,
        digest=looked.digest,
        licence=doctor.licence_state,
        checks_run=len(looked.report.checks_run),
        findings=[_record(found) for found in looked.report.findings],
        reasons={name: why for name, why in reasons.items() if name in used},
        is_passed=is_passed,
    )


def draft_of(post: Post, order: Sequence[int] = ()) -> Draft:
    """All that a post would say: each text once, as the network with the shortest fold shows it.

    Its accounts are counted in the `order` in which they were named, where they were.
    """
    live = [publication for publication in post.publications if publication.status != "cancelled"]
    if order:
        live.sort(key=lambda publication: order.index(publication.account.id))
    shared = [p.platform for p in live if not p.content]
    text = post.signed(post.content or "")
    pieces = [Piece(text, "content", "text", shortest_fold(shared))]
    for place, publication in enumerate(live):
        pieces += _own_pieces(post, place, publication)
    if post.first_comment and any(takes_comment(one) for one in live):
        pieces.append(Piece(post.first_comment, "first_comment", "first_comment"))
    if post.link:
        pieces.append(Piece(post.link, "link", "link"))
    if post.link_title:
        pieces.append(Piece(post.link_title, "link_title", "link_title"))
    pieces += [
        Piece(media.alt_text, f"media.{place}.alt_text", "alt_text")
        for place, media in enumerate(post.media)
        if media.alt_text
    ]
    pieces += [
        Piece(media.file.file_name, f"media.{place}.file_name", "file_name")
        for place, media in enumerate(post.media)
        if media.file.file_name
    ]
    pictures = tuple(
        Picture(
            where=f"media.{place}",
            kind="video" if media.file.is_video else "image",
            shows=_shown(media.shows),
            has_consent=bool(media.consent),
            is_withdrawn=media.file.withdrawn_at is not None,
            looks_like_scan=is_named_as_scan(media.file.file_name, media.alt_text or ""),
            removed=tuple(picture_notes.NOTES[name] for name in media.file.removed or ()),
        )
        for place, media in enumerate(post.media)
    )
    # A picture without words is a post, too: rules about the whole are asked beside its first piece.
    said = [piece for piece in pieces if piece.text] or pieces[:1]
    return Draft(tuple(said), pictures, bool(post.is_sponsored))


def takes_comment(publication: Publication) -> bool:
    """Whether its network lets the author write a comment below the post."""
    return publication.account.takes_comments


def _own_pieces(post: Post, place: int, publication: Publication) -> list[Piece]:
    where = f"publications.{place}"
    pieces = []
    if publication.content:
        text = post.signed(publication.content)
        pieces.append(Piece(text, f"{where}.content", "text", publication.platform))
    for name, value in (publication.options or {}).items():
        at = f"{where}.options.{name}"
        texts = (
            {f"{at}.{n}": text for n, text in enumerate(value)} if isinstance(value, list) else {at: value}
        )
        for field, text in texts.items():
            if isinstance(text, str) and " " in text:
                pieces.append(Piece(text, field, "first_comment", publication.platform))
    return pieces


def _shown(word: str | None) -> Any:
    return word or ""


def shortest_fold(platforms: Sequence[str]) -> str | None:
    folded = [name for name in platforms if name in FOLDS]
    return min(folded, key=FOLDS.__getitem__) if folded else (platforms[0] if platforms else None)


def _may_pass(found: Finding, said: Collection[str], before: PostCheck | None) -> bool:
    """Whether nothing stands against it: a reason given earlier holds for the same words, not for others."""
    if found.severity != "confirm":
        return found.severity != "block"
    if found.id in said or found.id == CONSENT_RULE:
        return True
    known = {(one["id"], one["words"]) for one in before.findings} if before else set()
    return before is not None and found.id in before.reasons and (found.id, _digest(found.words)) in known


def _record(found: Finding) -> dict[str, Any]:
    return {
        "id": found.id,
        "severity": found.severity,
        "where": found.where,
        "start": found.start,
        "end": found.end,
        "words": _digest(found.words),
    }


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()
