"""What an app may ask of Instagram, by Instagram's own login."""

WORDS = {
    "instagram_business_basic": "see your account",
    "instagram_business_content_publish": "post for you",
    "instagram_business_manage_comments": "look after your comments",
    "instagram_business_manage_insights": "see how your posts do",
}
USUAL = (
    "instagram_business_basic",
    "instagram_business_content_publish",
    "instagram_business_manage_comments",
)
