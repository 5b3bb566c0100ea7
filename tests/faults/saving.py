"""A process that saves one thing: `python -m tests.faults.saving post ACCOUNT WORDS`, `upload DOCTOR`, or
`call DOCTOR WORDS`, which writes a draft as a program does that may send it again."""

import io
import sys

from config import Config
from portal import clock, create_app
from portal.extensions import db
from portal.media import flows as media
from portal.media.inputs import Upload
from portal.models import Doctor, SocialAccount
from portal.posts import flows
from portal.posts.inputs import NewPost
from tests.media.samples import picture
from tests.signing_in import bearer


def main(what: str, number: int, *words: str) -> None:
    app = create_app(Config.from_env())
    with app.app_context():
        if what == "upload":
            doctor = db.session.get_one(Doctor, number)
            media.keep(doctor, io.BytesIO(picture()), "photo.jpg", Upload())
            return
        if what == "call":
            heads = bearer(db.session.get_one(Doctor, number)) | {"Idempotency-Key": words[0]}
            sent = {"content": words[0], "status": "draft"}
            answer = app.test_client().post("/api/v1/posts", json=sent, headers=heads)
            sys.exit(0 if answer.status_code == 201 else answer.text)
        account = db.session.get_one(SocialAccount, number)
        wanted = NewPost(content=words[0], scheduled_at=clock.now(), social_account_ids=[number])
        flows.schedule(account.doctor, wanted)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
