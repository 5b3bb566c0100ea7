"""The life of a publication: every status, every legal move, and what the page and the rules ask of them.

The database holds the same table (`publication_move`) and refuses every other move; a test compares the two.
"""

STATUSES = (
    "draft",
    "scheduled",
    "held",
    "publishing",
    "retrying",
    "unconfirmed",
    "awaiting_doctor",
    "published",
    "failed",
    "cancelled",
)

MOVES: dict[str, frozenset[str]] = {
    "draft": frozenset({"scheduled", "held", "cancelled"}),
    "scheduled": frozenset({"draft", "held", "publishing", "awaiting_doctor", "cancelled"}),
    "held": frozenset({"draft", "scheduled", "awaiting_doctor", "cancelled"}),
    "publishing": frozenset(
        {"scheduled", "held", "retrying", "unconfirmed", "awaiting_doctor", "published", "failed"}
    ),
    "retrying": frozenset({"scheduled", "held", "publishing", "awaiting_doctor", "failed", "cancelled"}),
    "unconfirmed": frozenset({"published", "retrying", "failed"}),
    "awaiting_doctor": frozenset({"scheduled", "published", "failed", "cancelled"}),
    "published": frozenset(),
    "failed": frozenset({"scheduled", "held", "awaiting_doctor"}),
    "cancelled": frozenset(),
}

# Certainly not on the network and not on its way: may be edited, moved and cancelled.
NOT_BEGUN = frozenset({"draft", "scheduled", "held", "retrying"})

# Nothing more happens by itself.
ENDED = frozenset({"published", "failed", "cancelled"})

# A person may ask for another try.
CAN_RETRY = frozenset({"failed", "held"})

# Under way: a page that shows one of these asks again now and then.
MOVING = frozenset({"scheduled", "publishing", "retrying", "unconfirmed"})

# The one that needs the doctor most comes first.
NEED = (
    "failed",
    "awaiting_doctor",
    "unconfirmed",
    "held",
    "retrying",
    "publishing",
    "scheduled",
    "draft",
    "published",
    "cancelled",
)


def of_post(statuses: list[str]) -> str:
    """A post's status: its publications' word when all agree, `partly_published` when some are out and some
    are not, otherwise the word that needs the doctor most; `draft` for a post without publications."""
    kinds = set(statuses)
    if not kinds:
        return "draft"
    if len(kinds) == 1:
        return statuses[0]
    if "published" in kinds:
        return "partly_published"
    return next(word for word in NEED if word in kinds)
