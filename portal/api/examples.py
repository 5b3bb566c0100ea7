"""What a call looks like, for the description: a body and an answer for each endpoint, by its name.

A test holds each against the record that really runs.
"""

from typing import Any

WHEN = "2026-11-22T10:00:00Z"
LATER = "2026-11-23T03:30:00Z"

LETTER = {
    "message": "We sent a code to this address. It works for ten minutes.",
    "email": "asha@example.org",
    "expires_in_minutes": 10,
}
TOKEN = {
    "access_token": "eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2ln",
    "token_type": "bearer",
    "expires_in": 3600,
    "refresh_token": "dp_refresh_Zk3vQ0pWm2",
}
ANSWER_TO_LETTER = {"email": "asha@example.org", "otp_code": "123456"}

PROFILE: dict[str, Any] = {
    "id": 7,
    "full_name": "Dr. Asha Menon",
    "email": "asha@example.org",
    "phone_number": "+914842345678",
    "clinic_name": "Menon Heart Clinic",
    "clinic_address": "12 Marine Drive, Kochi",
    "speciality_id": 3,
    "sub_speciality_id": None,
    "years_of_experience": 12,
    "qualification": "MBBS, MD",
    "medical_institute": "Government Medical College, Kottayam",
    "awards": None,
    "medical_council": "Kerala State Medical Council",
    "medical_council_regd_no": "12345",
    "profile_photo": None,
    "professional_bio": "A heart doctor who likes plain words.",
    "timezone": "Asia/Kolkata",
    "check_pack": "IN",
    "is_verified": "verified",
    "speciality_name": "Cardiology",
    "sub_speciality_name": None,
    "completeness_percentage": 85,
    "completeness_tips": ["Add a photo of yourself."],
    "created_at": WHEN,
    "updated_at": WHEN,
}
PROFILE_CHANGE = {"clinic_name": "Menon Heart Clinic", "years_of_experience": 12}

SPECIALITY = {"id": 3, "name": "Cardiology", "created_at": WHEN, "updated_at": WHEN}
SUB_SPECIALITY = {
    "id": 9,
    "name": "Interventional cardiology",
    "speciality_id": 3,
    "speciality_name": "Cardiology",
    "created_at": WHEN,
    "updated_at": WHEN,
}

ACCOUNT = {
    "id": 5,
    "doctor_id": 7,
    "platform": "linkedin",
    "page_id": "urn:li:person:abc123",
    "display_name": "Asha Menon",
    "handle": None,
    "picture_url": None,
    "status": "connected",
    "token_expires_at": "2027-01-21T10:00:00Z",
    "created_at": WHEN,
}
CHOICE = {"page_id": "urn:li:organization:42", "display_name": "Menon Heart Clinic", "kind": "organization"}

UPLOAD = {
    "id": 11,
    "url": "https://portal.example.org/media/Zk3vQ0pW.jpg",
    "mime_type": "image/jpeg",
    "bytes": 184213,
    "width": 1200,
    "height": 900,
    "duration": None,
    "alt_text": "Hands under running water",
    "file_name": "hands.jpg",
    "state": "ready",
}
POST_MEDIA = {name: UPLOAD[name] for name in ("id", "url", "mime_type", "alt_text")}
POST_MEDIA |= {"shows": "nobody", "consent": None}

POST: dict[str, Any] = {
    "id": 101,
    "doctor_id": 7,
    "content": "Wash your hands for twenty seconds.",
    "link": "https://example.org/hands",
    "link_title": "How to wash your hands",
    "footer": "This is general information, not medical advice.",
    "first_comment": "The steps in pictures: https://example.org/steps",
    "media": [POST_MEDIA],
    "scheduled_at": LATER,
    "timezone": "Asia/Kolkata",
    "status": "scheduled",
    "version": 1,
    "created_at": WHEN,
    "updated_at": WHEN,
    "publications": [
        {
            "id": 201,
            "social_account_id": 5,
            "platform": "linkedin",
            "content": None,
            "options": {"visibility": "PUBLIC"},
            "status": "scheduled",
            "due_at": LATER,
            "published_at": None,
            "platform_post_id": None,
            "permalink": None,
            "attempts": 0,
            "error_code": None,
            "error_message": None,
            "first_comment_status": None,
            "first_comment_trouble": None,
            "figures": None,
        }
    ],
}
NEW_POST = {
    "content": POST["content"],
    "scheduled_at": "2026-11-23T09:00:00+05:30",
    "link": POST["link"],
    "link_title": POST["link_title"],
    "footer": POST["footer"],
    "first_comment": POST["first_comment"],
    "media": [{"id": 11, "alt_text": "Hands under running water"}],
    "publications": [{"social_account_id": 5, "options": {"visibility": "PUBLIC"}}],
}
POST_CHANGE = {"content": "Wash your hands for twenty seconds, with soap."}
PERMALINK = "https://www.linkedin.com/feed/update/urn:li:share:7000000000000000000/"

WEBHOOK: dict[str, Any] = {
    "id": 4,
    "url": "https://clinic.example.org/told",
    "kinds": ["publication.published", "publication.failed"],
    "is_on": True,
    "failing_since": None,
    "disabled_why": None,
    "created_at": WHEN,
}
WEBHOOK_BODY = {"url": WEBHOOK["url"], "kinds": WEBHOOK["kinds"]}
MESSAGE: dict[str, Any] = {
    "id": 31,
    "webhook_id": 4,
    "mark": "msg_5a1f0d3c9b7e4f2a8c6d1e0f3b5a7c9d",
    "kind": "publication.published",
    "about": {
        "post_id": 101,
        "publication_id": 201,
        "social_account_id": 5,
        "platform": "linkedin",
        "status": "published",
        "previous_status": "publishing",
    },
    "state": "delivered",
    "tries": 1,
    "tried_at": LATER,
    "not_before": LATER,
    "delivered_at": LATER,
    "answer_status": 204,
    "trouble": None,
    "created_at": LATER,
}
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw0123456789A="  # noqa: S105 - an example

BODIES: dict[str, Any] = {
    "webhooks-create": WEBHOOK_BODY,
    "webhooks-change": WEBHOOK_BODY,
    "webhooks-amend": {"is_on": True},
    "auth-register": {
        "full_name": "Dr. Asha Menon",
        "email": "asha@example.org",
        "password": "seven quiet herons",
    },
    "auth-resend": {"email": "asha@example.org", "purpose": "login"},
    "auth-verify_registration": ANSWER_TO_LETTER,
    "auth-refresh": {"refresh_token": TOKEN["refresh_token"]},
    "auth-logout": {"refresh_token": TOKEN["refresh_token"]},
    "auth-login": {"email": "asha@example.org", "password": "seven quiet herons"},
    "auth-verify_login": ANSWER_TO_LETTER,
    "checks-look": {"content": "We cure every heart, guaranteed.", "country": "GB"},
    "doctor-change": PROFILE_CHANGE,
    "doctor-amend": PROFILE_CHANGE,
    "master-add_speciality": {"name": "Cardiology"},
    "master-rename_speciality": {"name": "Cardiology"},
    "master-add_sub_speciality": {"name": "Interventional cardiology", "speciality_id": 3},
    "master-change_sub_speciality": {"name": "Interventional cardiology"},
    "media-upload": {"alt_text": "Hands under running water"},
    "posts-create": NEW_POST,
    "posts-change": POST_CHANGE,
    "posts-amend": POST_CHANGE,
    "posts-confirm": {"permalink": PERMALINK},
    "social-connect": {"connection": "organization"},
    "social-choose": {"page_ids": ["urn:li:organization:42"]},
}

ANSWERS: dict[str, Any] = {
    "webhooks-list_webhooks": {"webhooks": [WEBHOOK], "next_cursor": None},
    "webhooks-create": WEBHOOK | {"secret": SECRET},
    "webhooks-show": WEBHOOK,
    "webhooks-change": WEBHOOK,
    "webhooks-amend": WEBHOOK,
    "webhooks-renew_secret": {"secret": SECRET},
    "webhooks-test": MESSAGE,
    "webhooks-list_messages": {"messages": [MESSAGE], "next_cursor": None},
    "webhooks-resend": MESSAGE,
    "auth-register": LETTER,
    "auth-resend": LETTER,
    "auth-verify_registration": TOKEN,
    "auth-refresh": TOKEN,
    "auth-login": LETTER,
    "auth-verify_login": TOKEN,
    "checks-look": {
        "findings": [
            {
                "id": "C01",
                "severity": "block",
                "words": "guaranteed",
                "start": 21,
                "end": 31,
                "reason": "No treatment can be promised. This reads like a promise.",
                "source": "Indian Medical Council Regulations 2002; FTC 16 CFR 255; GMC",
                "suggestion": "Say what usually happens, and that it differs from person to person.",
            }
        ],
        "rules_version": "2026.11.1",
        "checks_run": 42,
    },
    "doctor-show": PROFILE,
    "doctor-change": PROFILE,
    "doctor-amend": PROFILE,
    "master-list_specialities": {"specialities": [SPECIALITY], "total": 1, "next_cursor": None},
    "master-add_speciality": SPECIALITY,
    "master-rename_speciality": SPECIALITY,
    "master-list_sub_specialities": {"sub_specialities": [SUB_SPECIALITY], "total": 1, "next_cursor": None},
    "master-add_sub_speciality": SUB_SPECIALITY,
    "master-change_sub_speciality": SUB_SPECIALITY,
    "media-upload": UPLOAD,
    "posts-create": POST,
    "posts-list_posts": {"posts": [POST], "next_cursor": None},
    "posts-show": POST,
    "posts-change": POST,
    "posts-amend": POST,
    "posts-retry": POST,
    "posts-confirm": POST,
    "social-list_accounts": {"accounts": [ACCOUNT], "next_cursor": None},
    "social-connect": {"authorization_url": "https://www.linkedin.com/oauth/v2/authorization?state=Zk3vQ0pW"},
    "social-list_offers": {"offers": [{"id": 2, "platform": "linkedin", "choices": [CHOICE]}]},
    "social-choose": {"accounts": [ACCOUNT]},
}
