"""What an app may ask of YouTube, and what that means."""

PREFIX = "https://www.googleapis.com/auth/"
UPLOAD = f"{PREFIX}youtube.upload"
READ = f"{PREFIX}youtube.readonly"
FORCE_SSL = f"{PREFIX}youtube.force-ssl"
MANAGE = f"{PREFIX}youtube"

WORDS = {
    UPLOAD: "upload videos and their pictures for you",
    READ: "see your channel and your videos",
    FORCE_SSL: "see, change and delete your videos and comments",
    MANAGE: "manage your YouTube account",
    f"{PREFIX}yt-analytics.readonly": "see how your videos are doing",
    "openid": "know who you are",
    "email": "see your e-mail address",
    "profile": "see your name and picture",
}
USUAL_SCOPES = (UPLOAD, READ, FORCE_SSL)

# Each call is open to any one of these.
CAN_UPLOAD = (UPLOAD, FORCE_SSL, MANAGE)
CAN_READ = (READ, FORCE_SSL, MANAGE)
CAN_COMMENT = (FORCE_SSL,)
CAN_DELETE = (FORCE_SSL, MANAGE)
