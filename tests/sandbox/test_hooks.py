"""The practice network's own program that listens for webhooks."""


def test_it_shows_what_came_and_answers_as_its_name_says(net):
    sent = {"type": "test"}
    net.call("POST", "/hooks.example/asha", json=sent)
    refused = net.call("POST", "/hooks.example/asha/500", json=sent)
    (told,) = net.call("GET", "/hooks.example/asha", headers={"Accept": "application/json"}).json()
    assert refused.status == 500
    assert told["name"] == "asha" and '"test"' in told["body"]
    page = net.call("GET", "/hooks.example/asha", headers={"Accept": "text/html"})
    assert b"What webhooks brought to asha" in page.data
