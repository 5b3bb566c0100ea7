"""What an app may ask of Facebook, for Pages and for Instagram accounts that hang on a Page."""

WORDS = {
    "public_profile": "see your name and your picture",
    "pages_show_list": "see the pages that you look after",
    "pages_read_engagement": "see the posts of your pages",
    "pages_manage_posts": "post on your pages",
    "business_management": "see the pages of your business portfolio",
    "publish_video": "publish videos on your pages",
    "read_insights": "see how your pages do",
    "pages_manage_engagement": "comment as your pages",
    "instagram_basic": "see the Instagram accounts of your pages",
    "instagram_content_publish": "post on the Instagram accounts of your pages",
    "instagram_manage_contents": "delete posts on the Instagram accounts of your pages",
    "instagram_manage_comments": "look after the comments on the Instagram accounts of your pages",
    "instagram_manage_insights": "see how your Instagram posts do",
}
PAGE_SCOPES = (
    "pages_show_list",
    "pages_read_engagement",
    "pages_manage_posts",
    "business_management",
    "pages_manage_engagement",
)
PAGES = frozenset(scope for scope in WORDS if scope.startswith(("pages_", "instagram_")))
