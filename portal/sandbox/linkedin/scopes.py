"""What an app may ask of LinkedIn. One app has either the member products or Community Management."""

WORDS = {
    "openid": "know that it is you",
    "profile": "see your name and your picture",
    "email": "see your e-mail address",
    "w_member_social": "post on your profile",
    "r_basicprofile": "see your name and your headline",
    "r_organization_social": "see the posts of your company pages",
    "w_organization_social": "post on your company pages",
    "rw_organization_admin": "see the company pages that you look after, and how they do",
    "r_organization_admin": "see the company pages that you look after",
    "w_member_social_feed": "comment and react as you",
    "w_organization_social_feed": "comment and react as your company pages",
    "r_organization_social_feed": "see comments and reactions on your company pages",
    "r_organization_followers": "see who follows your company pages",
    "r_member_postAnalytics": "see how your posts do",
}
MEMBER_SCOPES = ("openid", "profile", "w_member_social")
ORGANIZATION_SCOPES = (
    "r_basicprofile",
    "w_member_social",
    "r_organization_social",
    "w_organization_social",
    "rw_organization_admin",
)
_MEMBER_PRODUCTS = frozenset({"openid", "profile", "email", "w_member_social"})
_COMMUNITY_MANAGEMENT = frozenset(WORDS) - {"openid", "profile", "email"}
PAGES = frozenset(scope for scope in WORDS if "organization" in scope)


def may_be_asked(scopes: tuple[str, ...]) -> bool:
    """Scopes are given all together or not at all, and no app owns both kinds of products."""
    asked = set(scopes)
    return bool(asked) and (asked <= _MEMBER_PRODUCTS or asked <= _COMMUNITY_MANAGEMENT)


def can_refresh(scopes: tuple[str, ...]) -> bool:
    """Only Community Management apps are given refresh tokens."""
    return bool({"w_organization_social", "r_organization_social"} & set(scopes))
