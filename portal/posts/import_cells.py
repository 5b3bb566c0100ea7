"""Where in a row of a table something is wrong, so that it is found there and corrected."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.models import SocialAccount
from portal.posts.import_tables import Row

# What a post calls otherwise than the table does.
COLUMNS = {"content": "text", "scheduled_at": "date", "is_sponsored": "paid", "timezone": "zone"}
OF_ACCOUNT = {"social_account_id": "accounts", "content": "text"}
OF_MEDIA = {"shows": "who_is_seen", "consent": "consent", "alt_text": "alt_text"}


@dataclass(frozen=True)
class Trouble:
    """A sentence that says what to do, and the column that it is about, where it is about one."""

    column: str
    words: str

    def __str__(self) -> str:
        return f"{self.column}: {self.words}" if self.column else self.words


def trouble(field: str, words: str, row: Row, accounts: Sequence[SocialAccount]) -> Trouble:
    """What a post refuses, as its row has to be corrected; with the network that says it where the words do
    not name it."""
    name, *rest = field.split(".")
    if name == "media":
        return Trouble(OF_MEDIA.get(rest[-1] if rest else "", "media"), words)
    if name != "publications" or not rest or not rest[0].isdecimal() or int(rest[0]) >= len(accounts):
        return Trouble(COLUMNS.get(name, name if name in row else ""), words)
    network = accounts[int(rest[0])].network
    said = words if network.label in words else f"{network.label}: {words}"
    if rest[1:2] == ["options"]:
        return Trouble(rest[2] if len(rest) > 2 else "", said)
    own = f"text_{network.key}"
    column = OF_ACCOUNT.get(rest[1] if len(rest) > 1 else "", rest[-1] if rest[-1] in row else "")
    return Trouble(own if column == "text" and row.get(own) else column, said)
