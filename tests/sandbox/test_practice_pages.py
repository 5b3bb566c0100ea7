"""The pages for people."""

import smtplib
from email.message import EmailMessage


def _page(net, address):
    answer = net.call("GET", address)
    assert answer.status == 200
    return answer.data.decode()


def test_the_home_page_shows_posts_and_says_that_this_is_practice(net, member, asha):
    member.share("From LinkedIn https://praxis.example/a")
    asha.tweet("From X <b>")
    page = _page(net, "/")
    assert "This is practice." in page
    assert "From LinkedIn" in page and "From X &lt;b&gt;" in page
    assert page.index("From X") < page.index("From LinkedIn")
    assert f"{net.url}/x.com/dr_asha/status/" in page


def test_posts_can_be_seen_for_one_network(net, member, asha):
    member.share("From LinkedIn")
    asha.tweet("From X")
    page = _page(net, "/?platform=linkedin")
    assert "From LinkedIn" in page and "From X" not in page


def test_older_posts_are_a_page_away(net, asha):
    for number in range(42):
        asha.tweet(f"post number {number:02}")
    first = _page(net, "/")
    assert "post number 41" in first and "post number 01" not in first
    assert "post number 01" in _page(net, "/?start=40")


def test_letters_are_readable_and_their_html_stays_in_a_box(net, sandbox):
    message = EmailMessage()
    message["Subject"] = "Your code"
    message.set_content("Code 123456 https://portal.example/reset")
    message.add_alternative("<script>alert(1)</script><p>Code</p>", subtype="html")
    with smtplib.SMTP("127.0.0.1", sandbox.smtp_port, timeout=60) as smtp:
        smtp.send_message(message, "portal@portal.example", ["reader@portal.example"])
    for address in ("/?to=reader@portal.example", "/mailbox?to=reader@portal.example"):
        page = _page(net, address)
        assert "Your code" in page and "Code 123456" in page
    number = page.split("/mailbox/")[1].split('"')[0]
    assert 'sandbox="allow-popups' in _page(net, f"/mailbox/{number}")
    answer = net.call("GET", f"/mailbox/{number}/letter")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox ")


def test_an_unknown_address_is_not_found_in_json(net):
    answer = net.call("GET", "https://api.x.com/2/nothing/here")
    assert (answer.status, answer.json()["status"]) == (404, 404)
    assert net.call("PATCH", "https://api.x.com/2/tweets").status == 405
    assert net.call("GET", "/mailbox/999999").status == 404


def test_posts_can_be_limited_and_an_unknown_platform_is_refused(net, asha):
    asha.tweet("one")
    asha.tweet("two")
    assert [post["text"] for post in net.call("GET", "/_/posts?limit=1").json()] == ["two"]
    assert net.call("GET", "/_/posts?platform=myspace").status == 400
    assert net.call("GET", "/_/posts?limit=x").status == 400


def test_past_posts_can_be_seeded(net, member, asha):
    for account, platform in (
        (member.account, "linkedin"),
        (member.page, "linkedin"),
        (asha.account, "twitter"),
    ):
        body = {
            "platform": platform,
            "account": account,
            "text": "Long (ago) #1",
            "at": "2026-01-02T03:04:05+01:00",
        }
        answer = net.call("POST", "/_/posts", json=body)
        assert answer.status == 201
        assert answer.json()["at"] == "2026-01-02T02:04:05.000000Z"
        assert answer.json()["text"] == "Long (ago) #1"
        assert net.call("GET", answer.json()["permalink"]).status == 200
    newest = asha.tweet("now").json()["data"]["id"]
    assert net.call("GET", "/_/posts").json()[0]["id"] == newest


def test_seeding_nonsense_is_refused_with_a_sentence(net, asha):
    good = {"platform": "twitter", "account": asha.account, "text": "x", "at": "2026-01-02T03:04:05Z"}
    for wrong in ({"platform": "no"}, {"account": "1"}, {"text": ""}, {"at": "2026-01-02"}, {"at": None}):
        assert net.call("POST", "/_/posts", json=good | wrong).status == 400
    for body in (
        {},
        [],
        {"platform": "twitter"},
        {"platform": "twitter", "handle": "a", "name": "b", "scopes": ["no"]},
    ):
        assert net.call("POST", "/_/people", json=body).status == 400
