"""The outbox: letters that left with a commit and are on their way to the mail server."""
