"""The mailbox and cheap hashes of the sign-in tests, and a browser that knows the description."""

import pytest
from flask import Flask

from tests.api.described import DescribedClient
from tests.auth.conftest import cheap_hashes, mailbox

__all__ = ["cheap_hashes", "mailbox"]


@pytest.fixture(autouse=True)
def every_answer_is_described(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Flask, "test_client_class", DescribedClient)
