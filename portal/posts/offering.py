"""What one tap puts into the composer: saved texts, footers, hashtags."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from portal.models import Doctor, Post
from portal.posts import footers, hashtags, options, texts, threads
from portal.posts.forms import PostForm
from portal.posts.hashtags import Custom

THREAD = "thread-"


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
    if key.startswith(THREAD):
        _make_thread(form, key.removeprefix(THREAD))
        return
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


def _make_thread(form: PostForm, number: str) -> None:
    """Cut an account's text into a thread of its network; its parts can be changed like any text."""
    account = next((one for one in form.chosen_accounts() if str(one.id) == number), None)
    asked = next((one for one in account.asks if one.name == "thread"), None) if account else None
    if account is None or asked is None:
        return
    network, author, link = account.network, account.author, form.link.data or ""
    below = Post(footer=form.footer.data)

    def fits(part: str, is_first: bool) -> bool:
        whole = f"{below.signed(part)}\n{link}".strip() if is_first else part
        return network.length(whole) <= network.limit(author)

    first, *rest = threads.split(form.own(account).data or form.content.data or "", fits)
    if rest:
        field = form.option(account, asked.name)
        had = options.answers(form._fields, account, {}).get(asked.name) or []
        form.own(account).data = first
        field.data = options.shown(asked, [*rest, *had])
