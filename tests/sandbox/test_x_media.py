"""Pictures and videos on X, as strict as its OpenAPI file says."""

import base64
import io

import pytest
from PIL import Image


def _picture():
    stream = io.BytesIO()
    Image.new("RGB", (4, 3), "teal").save(stream, "PNG")
    return stream.getvalue()


def test_a_picture_with_its_alt_text_goes_out_with_a_post(net, asha):
    upload = asha.call(
        "POST",
        "https://api.x.com/2/media/upload",
        fields={"media_category": "tweet_image", "media": ("a.png", _picture(), "image/png")},
    )
    told = upload.json()["data"]
    assert told["image"] == {"image_type": "image/png", "w": 4, "h": 3}
    words = {"id": told["id"], "metadata": {"alt_text": {"text": "A nurse"}}}
    assert asha.call("POST", "https://api.x.com/2/media/metadata", json=words).status == 200
    posted = asha.tweet("New equipment", media={"media_ids": [told["id"]]})
    assert posted.json()["data"]["text"].startswith("New equipment https://t.co/")
    [shown] = net.posts("twitter")[0]["media"]
    assert (shown["id"], shown["alt_text"]) == (told["id"], "A nurse")


def test_a_picture_may_come_as_base64_and_must_be_one(asha):
    body = {"media": base64.b64encode(_picture()).decode(), "media_category": "tweet_image"}
    assert asha.call("POST", "https://api.x.com/2/media/upload", json=body).status == 200
    body["media"] = base64.b64encode(b"no picture").decode()
    assert asha.call("POST", "https://api.x.com/2/media/upload", json=body).status == 400


UPLOAD = "https://api.x.com/2/media/upload"
FILM = b"\x00\x00\x00\x18ftypmp42" + bytes(1500)


def _start(member, **changes):
    wish = {"media_type": "video/mp4", "total_bytes": len(FILM), "media_category": "tweet_video"}
    return member.call("POST", f"{UPLOAD}/initialize", json=wish | changes)


def _append(member, id, number, chunk):
    fields = {"segment_index": str(number), "media": ("video", chunk, "application/octet-stream")}
    return member.call("POST", f"{UPLOAD}/{id}/append", fields=fields)


def _states(member, id):
    while True:
        info = member.call("GET", f"{UPLOAD}?command=STATUS&media_id={id}").json()["data"]["processing_info"]
        yield info["state"]
        if info["state"] in ("succeeded", "failed"):
            return


def test_a_video_comes_in_chunks_and_is_worked_on(net, asha):
    id = _start(asha).json()["data"]["id"]
    assert _append(asha, id, 0, FILM[:1000]).status == 200
    assert asha.call("POST", f"{UPLOAD}/{id}/finalize").status == 400
    body = {"segment_index": 1, "media": base64.b64encode(FILM[1000:]).decode()}
    for _ in range(2):
        assert asha.call("POST", f"{UPLOAD}/{id}/append", json=body).status == 200

    told = asha.call("POST", f"{UPLOAD}/{id}/finalize").json()["data"]
    assert (told["size"], told["processing_info"]["state"]) == (len(FILM), "pending")
    assert asha.tweet("Too early", media={"media_ids": [id]}).status == 400
    assert list(_states(asha, id)) == ["in_progress", "in_progress", "succeeded"]

    assert asha.tweet("A video", media={"media_ids": [id]}).status == 201
    [shown] = net.posts("twitter")[0]["media"]
    assert (shown["mime_type"], shown["bytes"]) == ("video/mp4", len(FILM))
    assert net.call("GET", shown["url"]).data == FILM


def test_what_is_no_video_fails_in_the_end(asha):
    id = _start(asha, total_bytes=9).json()["data"]["id"]
    _append(asha, id, 0, b"not video")
    asha.call("POST", f"{UPLOAD}/{id}/finalize")

    assert list(_states(asha, id))[-1] == "failed"
    assert asha.tweet("A video", media={"media_ids": [id]}).status == 400


@pytest.mark.parametrize(
    "change",
    [
        {"media_type": "video/x-msvideo"},
        {"media_category": "tweet_image"},
        {"total_bytes": 0},
        {"total_bytes": 512 * 1024 * 1024 + 1},
        {"total_bytes": "many"},
    ],
)
def test_an_upload_outside_the_limits_is_not_begun(asha, change):
    assert _start(asha, **change).status == 400


def test_chunks_belong_to_their_owner_and_have_their_numbers(asha, ben):
    id = _start(asha).json()["data"]["id"]
    assert _append(ben, id, 0, FILM).status == 400
    assert _append(asha, id, 1000, FILM).status == 400
    assert _append(asha, id, 0, b"").status == 400


def test_a_picture_and_a_video_do_not_go_together(asha):
    id = _start(asha).json()["data"]["id"]
    _append(asha, id, 0, FILM)
    asha.call("POST", f"{UPLOAD}/{id}/finalize")
    list(_states(asha, id))
    fields = {"media_category": "tweet_image", "media": ("a.png", _picture(), "image/png")}
    picture = asha.call("POST", UPLOAD, fields=fields).json()["data"]["id"]

    assert asha.tweet("Both", media={"media_ids": [id, picture]}).status == 400
