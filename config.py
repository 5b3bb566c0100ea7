"""Every setting of the portal, read and checked in one place.

A missing or malformed setting stops the start with one sentence that names it: see `stop_on_bad_settings`.
"""

import os
import re
import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from dotenv import dotenv_values

ROOT = Path(__file__).resolve().parent

# The apps that stop the start when one half of them is missing. Any other complete pair of NAME_CLIENT_ID and
# NAME_CLIENT_SECRET is taken as well: a new network names its own. LINKEDIN is the app for members' posts,
# LINKEDIN_ORG the one for company pages: LinkedIn wants two apps.
APP_NAMES = (
    "FACEBOOK",
    "INSTAGRAM",
    "LINKEDIN",
    "LINKEDIN_ORG",
    "TWITTER",
    "YOUTUBE",
    "REDDIT",
)

# How Reddit wants a program to name itself: https://support.reddithelp.com/hc/en-us/articles/16160319875092
REDDIT_USER_AGENT = re.compile(r"[^\s:()]+:[^\s:()]+:[^\s:()]+ \(by /u/[A-Za-z0-9_-]{3,20}\)")

PRACTICE_SENDER = "Doctors' portal <portal@practice.example>"

PROXIES_AT_MOST = 5

TRUE_WORDS = {"1", "true", "yes", "on"}
FALSE_WORDS = {"0", "false", "no", "off", ""}


class BadSetting(ValueError):
    """One setting is missing or wrong; its text is the sentence that the operator reads."""


@contextmanager
def stop_on_bad_settings() -> Iterator[None]:
    """End the process with exit code 2 and one line on stderr when a setting is wrong."""
    try:
        yield
    except BadSetting as wrong:
        sys.stderr.write(f"{wrong}\n")
        sys.exit(2)


@dataclass(frozen=True)
class AppKeys:
    """The operator's app on one platform."""

    client_id: str
    client_secret: str = field(repr=False)
    # Permissions that were granted to it beside the usual ones.
    more_scopes: tuple[str, ...] = ()


def practice_app(name: str) -> AppKeys:
    """The practice network knows every app."""
    return AppKeys(f"practice-{name.lower()}", f"practice-{name.lower()}-secret")


@dataclass(frozen=True)
class MailSettings:
    """Where letters are handed over, as in Flask-Mail."""

    server: str
    port: int
    username: str | None
    password: str | None = field(repr=False)
    use_tls: bool
    default_sender: str


@dataclass(frozen=True)
class StoreSettings:
    """An object store that speaks S3. Without a key of its own the machine's surroundings are asked, as every
    S3 client does."""

    bucket: str
    prefix: str
    endpoint: str | None
    region: str
    key: str | None = field(default=None, repr=False)
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Config:
    """The settings of one process, checked. `database_url` and `redis_url` are None for the embedded ones."""

    instance_dir: Path
    database_url: str | None
    redis_url: str | None
    session_secret: str = field(repr=False)
    token_keys: tuple[str, ...] = field(repr=False)
    debug: bool
    port: int
    public_url: str
    sandbox_url: str | None
    sandbox_port: int
    sandbox_smtp_port: int
    mail: MailSettings
    apps: Mapping[str, AppKeys]
    reddit_user_agent: str
    admin_email: str | None
    admin_password: str | None = field(repr=False)
    demo_data: bool
    require_verified_doctor: bool
    rate_limits: bool
    media_url: str
    object_store: StoreSettings | None
    trusted_proxies: int
    metrics_token: str | None = field(repr=False)
    # A language model for names, installed by the operator; None for the rules alone.
    language_model: str | None

    @property
    def media_folder(self) -> Path:
        """Where media lie, or what is at hand of them before an object store."""
        if self.object_store:
            return self.instance_dir / "media-at-hand"
        return Path(self.media_url).absolute()

    @property
    def is_practice(self) -> bool:
        """Whether a practice network stands in for every platform."""
        return self.sandbox_url is not None

    def app(self, name: str) -> AppKeys | None:
        """The operator's app of that name; in practice mode there is always one."""
        return self.apps.get(name) or (practice_app(name) if self.is_practice else None)

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> "Config":
        """Read the settings from the environment over `.env`; raise BadSetting for the first wrong one."""
        if environ is None:
            environ = {**{k: v or "" for k, v in dotenv_values(ROOT / ".env").items()}, **os.environ}
        return _Reader(environ).config()


def _port_is_right(address: str) -> bool:
    """Whether the address names no port, or a possible one."""
    try:
        _ = urlsplit(address).port
    except ValueError:
        return False
    return True


class _Reader:
    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.instance_dir = self.folder("INSTANCE_DIR", ROOT / "instance")
        self.sandbox_url = self.address("SANDBOX_URL")
        self.practice = self.sandbox_url is not None

    def config(self) -> Config:
        port = self.port("PORT", 8000)
        apps = self.apps()
        return Config(
            instance_dir=self.instance_dir,
            database_url=self.database_url(),
            redis_url=self.redis_url(),
            session_secret=self.session_secret(),
            token_keys=self.token_keys(),
            debug=self.flag("DEBUG", False),
            port=port,
            public_url=self.address("PUBLIC_URL") or f"http://127.0.0.1:{port}",
            sandbox_url=self.sandbox_url,
            sandbox_port=self.port("SANDBOX_PORT", 8010),
            sandbox_smtp_port=self.port("SANDBOX_SMTP_PORT", 8025),
            mail=self.mail(),
            apps=apps,
            reddit_user_agent=self.reddit_user_agent(apps),
            admin_email=self.admin_email(),
            admin_password=self.text("ADMIN_PASSWORD"),
            demo_data=self.practice and self.flag("DEMO_DATA", True),
            require_verified_doctor=self.flag("REQUIRE_VERIFIED_DOCTOR", True),
            rate_limits=self.rate_limits(),
            media_url=self.media_url(),
            object_store=self.object_store(),
            trusted_proxies=self.trusted_proxies(),
            metrics_token=self.metrics_token(),
            language_model=self.text("LANGUAGE_MODEL"),
        )

    def text(self, name: str) -> str | None:
        """An empty value counts as not set: `.env` files are full of them."""
        return self.environ.get(name, "").strip() or None

    def flag(self, name: str, default: bool) -> bool:
        word = self.environ.get(name)
        if word is None or not word.strip():
            return default
        if word.strip().lower() in TRUE_WORDS:
            return True
        if word.strip().lower() in FALSE_WORDS:
            return False
        raise BadSetting(f"{name} must be 1 or 0, not {word!r}.")

    def port(self, name: str, default: int) -> int:
        word = self.text(name)
        if word is None:
            return default
        if not word.isdecimal() or not 1 <= int(word) <= 65535:
            raise BadSetting(f"{name} must be a port number from 1 to 65535, not {word!r}.")
        return int(word)

    def address(self, name: str) -> str | None:
        word = self.text(name)
        if word is None:
            return None
        parts = urlsplit(word)
        if parts.scheme not in ("http", "https") or not parts.hostname or not _port_is_right(word):
            raise BadSetting(
                f"{name} must be an address that begins with http:// or https://, such as http://127.0.0.1:8000."
            )
        if parts.query or parts.fragment:
            raise BadSetting(f"{name} must be an address without ? or #.")
        return word.rstrip("/")

    def folder(self, name: str, default: Path) -> Path:
        """A folder that we may write to, made when it is missing."""
        path = Path(self.text(name) or default).expanduser().absolute()
        try:
            path.mkdir(parents=True, exist_ok=True)
            is_ours = os.access(path, os.W_OK)
        except OSError:
            is_ours = False
        if not is_ours:
            raise BadSetting(f"{name} must be a folder that the portal may write to, not {str(path)!r}.")
        return path

    def database_url(self) -> str | None:
        word = self.text("DATABASE_URL")
        if word is None:
            return None
        scheme, _, rest = word.partition("://")
        is_postgres = scheme in ("postgresql", "postgres", "postgresql+psycopg2") and rest
        if not is_postgres or not _port_is_right(word):
            raise BadSetting(
                "DATABASE_URL must be a PostgreSQL address such as postgresql://user:password@host:5432/portal."
            )
        return f"postgresql+psycopg2://{rest}"

    def redis_url(self) -> str | None:
        word = self.text("REDIS_URL")
        is_redis = word is None or word.startswith(("redis://", "rediss://", "unix://"))
        if not is_redis or not _port_is_right(word or ""):
            raise BadSetting("REDIS_URL must be a Redis or Valkey address such as redis://127.0.0.1:6379/0.")
        return word

    def session_secret(self) -> str:
        word = self.text("SESSION_SECRET")
        if word is None:
            return self.practice_secret("SESSION_SECRET")
        if len(word) < 32:
            raise BadSetting(
                "SESSION_SECRET must be at least 32 characters long; make one with: openssl rand -hex 32"
            )
        return word

    def token_keys(self) -> tuple[str, ...]:
        word = self.text("TOKEN_KEYS") or self.practice_secret("TOKEN_KEYS")
        keys = tuple(key.strip() for key in word.split(",") if key.strip())
        if not keys or any(len(key) < 32 for key in keys):
            raise BadSetting(
                "TOKEN_KEYS must be one or more keys of at least 32 characters,"
                " separated by commas, newest first."
            )
        return keys

    def metrics_token(self) -> str | None:
        word = self.text("METRICS_TOKEN")
        if word is not None and len(word) < 16:
            raise BadSetting(
                "METRICS_TOKEN must be at least 16 characters long; make one with: openssl rand -hex 16"
            )
        return word

    def practice_secret(self, name: str) -> str:
        """In practice mode a secret is made once and kept; real secrets are the operator's business."""
        if not self.practice:
            raise BadSetting(f"{name} must be set: at least 32 characters that nobody can guess.")
        self.instance_dir.mkdir(parents=True, exist_ok=True)
        path = self.instance_dir / f"{name.lower()}.txt"
        # O_EXCL: of two processes that start together, one makes the secret and both read the same one.
        with suppress(FileExistsError):
            draft = path.with_suffix(f".{os.getpid()}.tmp")
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_hex(32))
            try:
                os.link(draft, path)
            finally:
                draft.unlink()
        return path.read_text().strip()

    def mail(self) -> MailSettings:
        server, port = self.text("MAIL_SERVER"), self.port("MAIL_PORT", 25)
        use_tls = self.flag("MAIL_USE_TLS", False)
        sender = self.text("MAIL_DEFAULT_SENDER") or (PRACTICE_SENDER if self.practice else "")
        if server is None and self.sandbox_url is None:
            raise BadSetting("MAIL_SERVER must name the mail server that sends the portal's letters.")
        if "@" not in sender:
            raise BadSetting("MAIL_DEFAULT_SENDER must be the e-mail address that letters come from.")
        if server is None:
            host = urlsplit(self.sandbox_url or "").hostname or "127.0.0.1"
            return MailSettings(host, self.port("SANDBOX_SMTP_PORT", 8025), None, None, False, sender)
        username, password = self.text("MAIL_USERNAME"), self.text("MAIL_PASSWORD")
        return MailSettings(server, port, username, password, use_tls, sender)

    def apps(self) -> dict[str, AppKeys]:
        found = {}
        for name in (*APP_NAMES, *self.other_apps()):
            client_id, secret = self.text(f"{name}_CLIENT_ID"), self.text(f"{name}_CLIENT_SECRET")
            if (client_id is None) != (secret is None):
                missing = f"{name}_CLIENT_SECRET" if secret is None else f"{name}_CLIENT_ID"
                raise BadSetting(f"{missing} must be set as well, or neither of the two.")
            if client_id and secret:
                more = tuple((self.text(f"{name}_MORE_SCOPES") or "").split())
                found[name] = AppKeys(client_id, secret, more)
            elif self.practice:
                found[name] = practice_app(name)
        return found

    def other_apps(self) -> list[str]:
        """Complete pairs alone: a machine's own surroundings may hold half of somebody else's."""
        names = (key.removesuffix("_CLIENT_ID") for key in sorted(self.environ) if key.endswith("_CLIENT_ID"))
        return [name for name in names if name not in APP_NAMES and self.text(f"{name}_CLIENT_SECRET")]

    def reddit_user_agent(self, apps: Mapping[str, AppKeys]) -> str:
        """Sent with every call to Reddit, which throttles programs that do not say who they are.

        Without a setting it names the app by its id; the operator's own name there is better.
        """
        word = self.text("REDDIT_USER_AGENT")
        if word is None:
            app = apps.get("REDDIT")
            name = re.sub(r"[^A-Za-z0-9._-]", "", app.client_id) if app else ""
            return f"web:{name or 'doctors-portal'}:v1.0.0 (by /u/doctors-portal)"
        if not REDDIT_USER_AGENT.fullmatch(word):
            raise BadSetting(
                "REDDIT_USER_AGENT must have the form platform:app id:version (by /u/name),"
                " such as web:org.example.portal:v1.0.0 (by /u/example)."
            )
        return word

    def admin_email(self) -> str | None:
        word = self.text("ADMIN_EMAIL")
        if word is not None and "@" not in word:
            raise BadSetting("ADMIN_EMAIL must be an e-mail address.")
        if word is None and self.text("ADMIN_PASSWORD"):
            raise BadSetting("ADMIN_EMAIL must be set together with ADMIN_PASSWORD.")
        if word is not None and not self.text("ADMIN_PASSWORD"):
            raise BadSetting("ADMIN_PASSWORD must be set together with ADMIN_EMAIL.")
        return word

    def rate_limits(self) -> bool:
        wanted = self.flag("RATE_LIMITS", True)
        if not wanted and not self.practice:
            raise BadSetting("RATE_LIMITS must be 1 here: only practice mode may go without limits.")
        return wanted

    def trusted_proxies(self) -> int:
        """How many proxies of the operator's own stand in front, each adding to X-Forwarded-For."""
        word = self.text("TRUSTED_PROXIES") or "0"
        if word not in {str(number) for number in range(PROXIES_AT_MOST + 1)}:
            raise BadSetting(
                "TRUSTED_PROXIES must be how many proxies stand in front of the portal,"
                f" from 0 to {PROXIES_AT_MOST}, not {word!r}."
            )
        return int(word)

    def media_url(self) -> str:
        return self.text("MEDIA_URL") or str(self.instance_dir / "media")

    def object_store(self) -> StoreSettings | None:
        """`s3://BUCKET/PREFIX?endpoint=…&region=…`; the keys stand where every S3 client looks for them."""
        parts = urlsplit(self.media_url())
        if "://" not in self.media_url():
            return None
        said = dict(parse_qsl(parts.query))
        endpoint = said.pop("endpoint", None)
        region = said.pop("region", None) or self.text("AWS_REGION") or "us-east-1"
        is_right = parts.scheme == "s3" and parts.netloc and not parts.fragment and not said
        if not is_right or not (endpoint or "https://").startswith(("http://", "https://")):
            raise BadSetting(
                "MEDIA_URL must be a folder or an address such as"
                " s3://bucket/prefix?endpoint=https://s3.example.org&region=eu-west-1."
            )
        key, secret = self.text("AWS_ACCESS_KEY_ID"), self.text("AWS_SECRET_ACCESS_KEY")
        if (key is None) != (secret is None):
            missing = "AWS_SECRET_ACCESS_KEY" if secret is None else "AWS_ACCESS_KEY_ID"
            raise BadSetting(f"{missing} must be set as well, or neither of the two.")
        return StoreSettings(parts.netloc, parts.path.strip("/"), endpoint, region, key, secret)
