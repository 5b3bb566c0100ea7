"""What is known of a post beside its words: that a picture is a scan, and which handles are the doctor's."""

import pytest
from flask import Flask

from portal.checks.pictures import is_named_as_scan
from portal.extensions import db
from portal.models import Doctor, MediaFile, Post, PostMedia
from portal.publishing import checking
from tests.factories import make_account, make_post


@pytest.mark.parametrize(
    ("file_name", "alt_text"),
    [
        ("X-ray_left_hand.jpg", ""),
        ("chest xray 2.png", ""),
        ("CamScanner 22-11-2026.jpg", ""),
        ("Scan0004.jpg", ""),
        ("IMG_2041.jpg", "X-ray of a broken wrist"),
        ("IMG_2041.jpg", "A chest CT with a shadow"),
        ("MRI-brain.webp", ""),
    ],
)
def test_a_picture_that_is_called_a_scan_counts_as_one(file_name: str, alt_text: str) -> None:
    assert is_named_as_scan(file_name, alt_text)


@pytest.mark.parametrize(
    ("file_name", "alt_text"),
    [
        ("IMG_2041.jpg", ""),
        ("scandinavia.jpg", "A lake"),
        ("ct-scanner-room.jpg", ""),
        ("hand.png", "A drawing of an X-ray"),
        ("scan-me-qr.png", "QR code of our booking page"),
        ("poster.jpg", "When do you need an MRI? Ask us first."),
        ("petunia.jpg", "Doctor and nurse beside a screen, in the corner an ECG"),
    ],
)
def test_another_picture_does_not(file_name: str, alt_text: str) -> None:
    assert not is_named_as_scan(file_name, alt_text)


def found_in(post: Post, doctor: Doctor) -> set[str]:
    return {finding.id for finding in checking.look(post, doctor).report.findings}


def test_a_scan_in_a_post_asks_for_a_look_at_its_corners(app: Flask, asha: Doctor) -> None:
    post = make_post(asha, make_account(asha), status="draft", content="How bones heal.")
    file = MediaFile(
        doctor_id=asha.id,
        purpose="post",
        name="n.jpg",
        mime_type="image/jpeg",
        bytes=1,
        digest="x",
        file_name="xray.jpg",
    )
    post.media.append(PostMedia(file=file, position=0, shows="nobody"))
    db.session.commit()
    assert "P16" in found_in(post, asha)

    file.file_name = "bone.jpg"
    assert "P16" not in found_in(post, asha)


def test_the_doctors_own_handle_is_no_finding(app: Flask, asha: Doctor, ben: Doctor) -> None:
    mine = make_account(asha, handle="DrAsha")
    make_account(ben, handle="drben")
    own = make_post(asha, mine, status="draft", content="A patient asked @drasha about her biopsy.")
    other = make_post(asha, mine, status="draft", content="A patient asked @drben about her biopsy.")

    assert "P18" not in found_in(own, asha)
    assert "P18" in found_in(other, asha)
