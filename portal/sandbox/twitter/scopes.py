"""What an app may ask of X, and what that means."""

WORDS = {
    "tweet.read": "see the posts that you can see",
    "tweet.write": "post for you and delete posts",
    "users.read": "see your profile",
    "media.write": "upload pictures and videos for you",
    "offline.access": "stay connected until you say otherwise",
    "users.email": "see your e-mail address",
    "tweet.moderate.write": "hide replies to your posts",
    "follows.read": "see whom you follow",
    "follows.write": "follow people for you",
    "like.read": "see what you like",
    "like.write": "like posts for you",
    "list.read": "see your lists",
    "list.write": "change your lists",
    "mute.read": "see whom you mute",
    "mute.write": "mute people for you",
    "block.read": "see whom you block",
    "block.write": "block people for you",
    "bookmark.read": "see your bookmarks",
    "bookmark.write": "change your bookmarks",
    "space.read": "see Spaces",
    "dm.read": "read your direct messages",
    "dm.write": "send direct messages for you",
}
USUAL_SCOPES = ("tweet.read", "tweet.write", "users.read", "media.write", "offline.access")
