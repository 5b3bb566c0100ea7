"""What ends a sign-in at a network without an account."""


class CannotConnect(Exception):
    """A sign-in at a network that did not end with an account: a title, and what to do next."""

    def __init__(self, title: str, words: str) -> None:
        super().__init__(title)
        self.title = title
        self.words = words
