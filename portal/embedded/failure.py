"""What can go wrong with an embedded server."""


class ServerFailed(RuntimeError):
    """An embedded server did not start or end; its text tells the operator what to do."""
