"""What one tap puts into the composer: saved texts, footers, hashtags."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from portal.models import Doctor
from portal.posts import footers, hashtags, texts
from portal.posts.forms import PostForm
from portal.posts.hashtags import Custom


@dataclass(frozen=True)
class Offer:
    """One tap. `how`: "cursor", where the doctor writes; "end", after the text; "whole", instead of it."""

    key: str
    label: str
    words: str
    how: str


@dataclass(frozen=True)
class Offered:
    """All that the composer offers at the moment."""

    texts: Sequence[Offer]
    footers: Sequence[Offer]
    tags: Sequence[Offer]
    customs: Sequence[Custom]

    def find(self, key: str) -> Offer | None:
        return next((one for one in (*self.texts, *self.footers, *self.tags) if one.key == key), None)


def offers(form: PostForm, doctor: Doctor) -> Offered:
    """What fits the composer as it stands."""
    kept = texts.of_doctor(doctor)
    known = {one.words for one in kept}
    below = [Offer(f"text-{one.id}", one.name, one.words, "whole") for one in kept if one.kind == "footer"]
    below += [
        Offer(f"footer-{place}", one.name, one.words, "whole")
        for place, one in enumerate(footers.suggestions(doctor))
        if one.words not in known
    ]
    chosen, written = form.chosen_accounts(), form.content.data or ""
    on = form.on.data if isinstance(form.on.data, date) else None
    return Offered(
        texts=[Offer(f"text-{one.id}", one.name, one.words, "cursor") for one in kept if one.kind == "text"],
        footers=[one for one in below if one.words.strip() != (form.footer.data or "").strip()],
        tags=[
            Offer(f"tag-{tag}", f"#{tag}", f"#{tag}", "end")
            for tag in hashtags.suggestions(doctor, written, on, chosen)
        ],
        customs=hashtags.customs(written, chosen, {one.id: form.own(one).data for one in chosen}),
    )


def put(form: PostForm, doctor: Doctor, key: str) -> None:
    """Put what was tapped into the form, for browsers without JavaScript; an unknown key changes nothing."""
    offer = offers(form, doctor).find(key)
    if offer is None:
        return
    if offer.how == "whole":
        form.footer.data = offer.words
        return
    written = (form.content.data or "").rstrip()
    words = written.split()
    is_row = offer.how == "end" and bool(words) and words[-1].startswith("#")
    between = " " if is_row else "\n\n"
    form.content.data = f"{written}{between}{offer.words}".strip()
