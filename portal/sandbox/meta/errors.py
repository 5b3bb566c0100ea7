"""The Graph API's refusals: a code and a subcode, whatever the status is."""

import math
from collections.abc import Mapping
from typing import Any

from flask import Response

from ..faults import Fault
from ..numbers import secret
from ..wire import answer


def error(
    code: int, message: str, subcode: int | None = None, status: int = 400, told: str = "", **more: Any
) -> Response:
    """The common shape; `told` is the sentence for the person."""
    body: dict[str, Any] = {"message": message, "type": "OAuthException", "code": code}
    if subcode is not None:
        body["error_subcode"] = subcode
    if told:
        body |= {"error_user_title": "This did not work", "error_user_msg": told}
    return answer({"error": body | more | {"fbtrace_id": secret("A", 22)}}, status)


def no_token() -> Response:
    return error(2500, "An active access token must be used to query information about the current user.")


def dead_token(state: str) -> Response:
    """190 for a token that is `expired`, `revoked` or was never given."""
    start = "Error validating access token: "
    if state == "expired":
        return error(190, f"{start}Session has expired on Sunday, 22-Nov-26 01:00:00 PST.", 463)
    if state == "revoked":
        return error(190, f"{start}The user has not authorized application 990011.", 458)
    return error(190, "Invalid OAuth access token - Cannot parse access token")


def not_found(id: str) -> Response:
    message = (
        f"Unsupported request. Object with ID '{id}' does not exist, cannot be loaded due to missing "
        "permissions, or does not support this operation"
    )
    return error(100, message, 33)


def invalid(message: str = "Invalid parameter", subcode: int | None = None, told: str = "") -> Response:
    return error(100, f"(#100) {message}", subcode, told=told)


def not_permitted(message: str) -> Response:
    return error(200, f"(#200) {message}", status=403)


def out_of_order(fault: Fault) -> Response:
    message = "An unexpected error has occurred. Please retry your request later."
    return error(2, message, status=fault.status or 500, is_transient=True)


def slow_down(code: int, message: str, kind: str, account: str, fault: Fault) -> Response:
    """Meta sends no Retry-After: the wait stands in a header of its own, in whole minutes."""
    response = error(code, message)
    seconds = fault.retry_after
    if isinstance(seconds, int | float):
        response.headers["X-Business-Use-Case-Usage"] = usage(kind, account, max(1, math.ceil(seconds / 60)))
    elif seconds is not None:
        response.headers["X-Business-Use-Case-Usage"] = seconds
    else:
        response.headers["X-Business-Use-Case-Usage"] = usage(kind, account, 1)
    return response


def usage(kind: str, account: str, minutes: int) -> str:
    """The header that says how much of the quota is used."""
    share = 101 if minutes else 1
    entry: Mapping[str, Any] = {
        "type": kind,
        "call_count": share,
        "total_cputime": 0,
        "total_time": 1,
        "estimated_time_to_regain_access": minutes,
    }
    return str(answer({account: [entry]}).get_data(as_text=True))
