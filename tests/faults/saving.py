"""A process that saves one thing: `python -m tests.faults.saving post ACCOUNT WORDS`, or `upload DOCTOR`."""

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


def main(what: str, number: int, *words: str) -> None:
    app = create_app(Config.from_env())
    with app.app_context():
        if what == "upload":
            doctor = db.session.get_one(Doctor, number)
            media.keep(doctor, io.BytesIO(picture()), "photo.jpg", Upload())
            return
        account = db.session.get_one(SocialAccount, number)
        wanted = NewPost(content=words[0], scheduled_at=clock.now(), social_account_ids=[number])
        flows.schedule(account.doctor, wanted)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
