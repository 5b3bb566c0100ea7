"""What can go wrong on a network, named by what happens next. No message ever holds a token.

Each carries `code`, the network's own word or number for it, and `words`, a sentence for the doctor.
"""

from datetime import datetime

GONE_AGAIN = (
    "The network could not use the pictures or the video of this post, though we sent them twice. "
    "Nothing was posted. Add them again, or choose others."
)


class PlatformError(Exception):
    """Something a network said or did; `words` may be shown to the doctor, `code` to the operator."""

    def __init__(self, words: str, code: str | None = None) -> None:
        super().__init__(words)
        self.words = words
        self.code = code


class ContentRejected(PlatformError):
    """Refused for good as it is, and certainly not created: the post fails with a sentence that helps."""


class ReconnectNeeded(PlatformError):
    """The network no longer lets us in for this account; nothing was created. Goes on after reconnecting."""


class TokenEnded(ReconnectNeeded):
    """The token itself was refused, not the account or a permission: renewing it may heal this."""


class TemporaryFailure(PlatformError):
    """Certainly not created; worth another try later."""


class StillPreparing(TemporaryFailure):
    """The network is still working on an upload; nothing is wrong. Ask again after `seconds`.

    Said of the post itself, nothing was created: its uploads are asked for before it is sent once more.
    """

    def __init__(self, words: str, seconds: float = 5.0, code: str | None = None) -> None:
        super().__init__(words, code)
        self.seconds = seconds


class UploadGone(TemporaryFailure):
    """What was uploaded is gone, or was never whole, and certainly nothing was created: upload it once more.

    `refusal` is what it counts as when the network says so of the new uploads too.
    """

    def __init__(self, words: str, code: str | None = None, refusal: PlatformError | None = None) -> None:
        super().__init__(words, code)
        self.refusal = refusal or ContentRejected(GONE_AGAIN, code)


class RateLimited(TemporaryFailure):
    """Certainly not created: slow down until `until`. `whole_app` when every account of the app is meant.

    `is_guess`: the network named no time; each further try waits longer.
    """

    def __init__(
        self,
        words: str,
        until: datetime | None = None,
        code: str | None = None,
        whole_app: bool = False,
        *,
        is_guess: bool = False,
    ) -> None:
        super().__init__(words, code)
        self.until = until
        self.whole_app = whole_app
        self.is_guess = is_guess


class OperatorNeeded(PlatformError):
    """The operator's app is out of credit, not enrolled or wrongly set up: nothing was created, waiting does
    not heal it, and it is not the doctor's doing. Everything for this app waits."""


class OutcomeUnknown(PlatformError):
    """The call may or may not have created the post: look, never send again blindly."""


class BeingPrepared(OutcomeUnknown):
    """The network took the post and says so, but is still making it: look for it, and take it for healthy."""


class Duplicate(PlatformError):
    """The network says that it has this post already; `remote_id` names it where the network tells."""

    def __init__(self, words: str, remote_id: str | None = None, code: str | None = None) -> None:
        super().__init__(words, code)
        self.remote_id = remote_id


class CannotTell(PlatformError):
    """Looking cannot settle whether the post is there; the doctor is asked."""


class CannotDo(PlatformError):
    """This network has no way to do it; `words` say what the doctor can do instead."""


class Declined(PlatformError):
    """The person said no on the consent page, or the network ended the sign-in; nothing was connected."""
