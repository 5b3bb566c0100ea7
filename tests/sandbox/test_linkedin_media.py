"""LinkedIn's pictures, videos and figures, as strict as its pages say."""

import pytest

PNG = b"\x89PNG\r\n\x1a\n" + b"picture"


def _quoted(urn):
    return urn.replace(":", "%3A")


def _code(answer):
    body = answer.json()
    return body.get("code") or body["errorDetails"]["inputErrors"][0]["code"]


def test_a_picture_is_uploaded_and_posted(net, member):
    started = _start_upload(member).json()["value"]
    early = member.share("Too early", content={"media": {"id": started["image"], "altText": "A room"}})
    assert _code(early) == "MEDIA_ASSET_WAITING_UPLOAD"
    assert member.call("PUT", started["uploadUrl"], body=PNG).status == 201
    assert (
        member.share("A room", content={"media": {"id": started["image"], "altText": "A room"}}).status == 201
    )
    [shown] = net.posts("linkedin")[0]["media"]
    assert (shown["id"], shown["alt_text"], shown["mime_type"]) == (started["image"], "A room", "image/png")
    assert net.call("GET", shown["url"]).data == PNG


def test_only_an_organization_token_may_ask_how_a_picture_is(member, manager):
    mine = _start_upload(member).json()["value"]["image"]
    answer = member.call("GET", f"https://api.linkedin.com/rest/images/{_quoted(mine)}")
    assert answer.status == 403
    assert answer.json()["message"].startswith("Accessing this image resource is forbidden")
    theirs = _start_upload(manager, manager.page).json()["value"]["image"]
    answer = manager.call("GET", f"https://api.linkedin.com/rest/images/{_quoted(theirs)}")
    assert answer.json()["status"] == "WAITING_UPLOAD"


def test_a_picture_is_worked_on_before_it_is_there(manager):
    started = _start_upload(manager, manager.page).json()["value"]
    manager.call("PUT", started["uploadUrl"], body=PNG)
    asked = [
        manager.call("GET", f"https://api.linkedin.com/rest/images/{_quoted(started['image'])}").json()
        for _ in range(2)
    ]
    assert [one["status"] for one in asked] == ["PROCESSING", "AVAILABLE"]


VIDEOS = "https://api.linkedin.com/rest/videos"
FILM = b"\x00\x00\x00\x18ftypmp42" + bytes(5 * 1024 * 1024)


def _begin(member, **changes):
    wish = {"owner": member.account, "fileSizeBytes": len(FILM), "uploadCaptions": False} | changes
    return member.call("POST", f"{VIDEOS}?action=initializeUpload", json={"initializeUploadRequest": wish})


def _put(net, film, part):
    body = film[part["firstByte"] : part["lastByte"] + 1]
    return net.call("PUT", part["uploadUrl"], body=body).headers["ETag"].strip('"')


def _finish(member, video, etags):
    wish = {"video": video, "uploadToken": "", "uploadedPartIds": etags}
    return member.call("POST", f"{VIDEOS}?action=finalizeUpload", json={"finalizeUploadRequest": wish})


def _upload(net, member, film=FILM):
    value = _begin(member, fileSizeBytes=len(film)).json()["value"]
    etags = [_put(net, film, part) for part in value["uploadInstructions"]]
    assert _finish(member, value["video"], etags).status == 200
    return value["video"]


def _status(member, video):
    return member.call("GET", f"{VIDEOS}/{_quoted(video)}").json()["status"]


def test_a_video_comes_in_parts_and_is_worked_on(net, member):
    video = _upload(net, member)
    early = member.share("Look", content={"media": {"id": video, "title": "An inhaler"}})
    assert _code(early) == "MEDIA_ASSET_WAITING_UPLOAD"
    assert [_status(member, video) for _ in range(3)] == ["PROCESSING", "PROCESSING", "AVAILABLE"]

    posted = member.share("Look", content={"media": {"id": video, "title": "An inhaler"}})

    assert posted.headers["x-restli-id"].startswith("urn:li:ugcPost:")
    [shown] = net.posts("linkedin")[0]["media"]
    assert (shown["mime_type"], shown["alt_text"]) == ("video/mp4", "An inhaler")
    assert net.call("GET", shown["url"]).data == FILM


def test_what_is_no_video_fails_in_the_end(net, member):
    video = _upload(net, member, bytes(80_000))
    assert [_status(member, video) for _ in range(3)][-1] == "PROCESSING_FAILED"
    answer = member.share("Look", content={"media": {"id": video}})
    assert _code(answer) == "MEDIA_ASSET_PROCESSING_FAILED"


def test_a_video_must_be_whole_before_it_is_one(net, member):
    value = _begin(member).json()["value"]
    first, second = value["uploadInstructions"]
    assert _status(member, value["video"]) == "WAITING_UPLOAD"
    etag = _put(net, FILM, first)
    assert _finish(member, value["video"], [etag]).status == 400
    assert net.call("PUT", second["uploadUrl"], body=b"too short").status == 400


@pytest.mark.parametrize(
    "change", [{"fileSizeBytes": 100}, {"fileSizeBytes": None}, {"owner": "urn:li:person:x"}]
)
def test_a_video_outside_the_limits_is_not_begun(member, change):
    assert _begin(member, **change).status in (400, 403)


def test_a_video_is_no_picture_of_several(net, member):
    video = _upload(net, member)
    images = [{"id": video}, {"id": video}]
    assert _code(member.share("Look", content={"multiImage": {"images": images}})) == "INVALID_IMAGE_ID"


def test_a_page_has_its_figures_and_others_have_none(manager, member):
    urn = manager.share("Open", author=manager.page).headers["x-restli-id"]
    address = (
        "https://api.linkedin.com/rest/organizationalEntityShareStatistics?q=organizationalEntity"
        f"&organizationalEntity={_quoted(manager.page)}&shares=List({_quoted(urn)},urn%3Ali%3Ashare%3A1)"
    )
    [element] = manager.call("GET", address).json()["elements"]
    assert element["share"] == urn and element["totalShareStatistics"]["likeCount"] > 0
    assert member.call("GET", address).status == 403


def _start_upload(member, owner=""):
    wish = {"initializeUploadRequest": {"owner": owner or member.account}}
    return member.call("POST", "https://api.linkedin.com/rest/images?action=initializeUpload", json=wish)
