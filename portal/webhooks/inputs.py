"""Which address is told what."""

import ipaddress
import socket
import unicodedata
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from portal import http, reachable
from portal.inputs import Input, Text
from portal.models.webhook import KINDS

LONGEST_URL = 500

Kind = Literal[tuple(KINDS)]  # type: ignore[valid-type]


def _address(url: str) -> str:
    """A plain https address on the open net. What its name leads to is looked at whenever it is called."""
    try:
        http.check_address(url)
    except http.NotSent:
        raise ValueError("Enter a full web address that begins with https://.") from None
    # As names are looked up: letters in circles and wide digits are plain ones, and a dot is a dot.
    host = unicodedata.normalize("NFKC", urlsplit(url).hostname or "").replace("\u3002", ".").rstrip(".")
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")) or _is_private(host):
        raise ValueError("Enter an address that anybody on the web can reach.")
    return url


def _is_private(host: str) -> bool:
    try:
        # As a C library reads it: 2130706433, 0x7f.1 and 127.1 are addresses too.
        host = socket.inet_ntoa(socket.inet_aton(host))
    except OSError:
        pass
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return not reachable.is_public(host)


Address = Annotated[Text, Field(min_length=1, max_length=LONGEST_URL), AfterValidator(_address)]
Kinds = Annotated[
    list[Kind],  # type: ignore[valid-type]
    Field(min_length=1, max_length=len(KINDS)),
]


class NewWebhook(Input):
    """An address of your own, and what it is told."""

    url: Address
    kinds: Kinds


class WebhookChange(Input):
    """The fields to change."""

    url: Address | None = None
    kinds: Kinds | None = None
    is_on: bool | None = None
