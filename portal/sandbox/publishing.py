"""The call that makes a post visible, on every network: the one that faults are ordered for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from flask import Response

from .faults import Fault
from .grants import Token
from .wire import hang_up, hang_up_halfway
from .world import World

#: The kinds that every network answers in its own documented words; one without a word for uploads that are
#: gone refuses the content.
SPOKEN = (
    "rate_limit",
    "server_error",
    "token_expired",
    "token_revoked",
    "permission_missing",
    "duplicate",
    "bad_content",
    "upload_gone",
    "not_ready",
)
A_PAGE = "<!doctype html><html lang=en><title>One moment</title><h1>We will be right back</h1></html>"


@dataclass(frozen=True)
class Call:
    """A publishing call under way: who calls, what would be done, and how its network words each fault."""

    platform: str
    account: str
    token: Token
    create: Callable[[], Response]
    words: Mapping[str, Callable[[Fault], Response]]
    elsewhere: str


def publish(world: World, call: Call) -> Response:
    """Do what the call asks, or let go wrong what was ordered to go wrong."""
    fault = world.faults.take(call.platform, call.account)
    if fault is None:
        return call.create()
    if fault.kind in SPOKEN:
        _use_up_token(world, call.token, fault.kind)
        return call.words.get(fault.kind, call.words["bad_content"])(fault)
    return _OTHERWISE[fault.kind](world, call, fault)


def _use_up_token(world: World, token: Token, kind: str) -> None:
    # What the answer says is then true: the same token is refused again, and a withdrawn permission
    # cannot be refreshed either.
    if kind == "token_expired":
        world.grants.expire(token)
    elif kind == "token_revoked":
        world.grants.end(token.grant)


def _drop_before(world: World, call: Call, fault: Fault) -> Response:
    return hang_up()


def _drop_after(world: World, call: Call, fault: Fault) -> Response:
    call.create()
    return hang_up()


def _drop_during(world: World, call: Call, fault: Fault) -> Response:
    return hang_up_halfway(call.create())


def _slow(world: World, call: Call, fault: Fault) -> Response:
    response = call.create()
    world.wait(fault.seconds)
    return response


def _hang(world: World, call: Call, fault: Fault) -> Response:
    call.create()
    world.wait(fault.seconds)
    return hang_up()


def _error_but_posted(world: World, call: Call, fault: Fault) -> Response:
    response = call.create()
    if response.status_code >= 300:
        return response
    return call.words["server_error"](replace(fault, status=fault.status or 504))


def _page(world: World, call: Call, fault: Fault) -> Response:
    return Response(A_PAGE, content_type="text/html; charset=utf-8")


def _redirect(world: World, call: Call, fault: Fault) -> Response:
    return Response(status=302, headers={"Location": call.elsewhere})


_OTHERWISE: Mapping[str, Callable[[World, Call, Fault], Response]] = {
    "drop_before": _drop_before,
    "drop_during": _drop_during,
    "drop_after": _drop_after,
    "slow": _slow,
    "hang": _hang,
    "server_error_but_posted": _error_but_posted,
    "html": _page,
    "redirect": _redirect,
}
