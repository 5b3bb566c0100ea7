"""The doctors' portal. `create_app` binds everything; nothing happens on import."""

import os
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from config import Config


def create_app(config: Config) -> Flask:
    """The portal as one process serves it. The addresses of database and Redis must be known by now."""
    # Inside, because wsgi.py and the workers read their settings before anything heavy is loaded.
    from portal import (
        doors,
        extensions,
        headers,
        http,
        kept_pages,
        logs,
        pages,
        pooling,
        queue,
        shared,
        traces,
        vault,
    )

    logs.set_up(config)
    root = Path(__file__).resolve().parent.parent
    app = Flask("portal", root_path=str(root / "portal"))
    app.template_folder = str(root / "templates")
    app.static_folder = str(root / "static")
    app.config.update(flask_settings(config))
    kept_pages.init_app(app)
    if config.trusted_proxies:
        trust_proxies(app, config.trusted_proxies)
    app.extensions["redis"] = queue.connect(config.redis_url or "")
    vault.init_app(app)
    http.init_app(app)
    shared.init_app(app)
    extensions.init_app(app)
    pooling.init_app(app)
    traces.init_app(app)
    headers.init_app(app)
    pages.init_app(app)
    doors.init_app(app)
    return app


def trust_proxies(app: Flask, number: int) -> None:
    """Believe what the last `number` proxies say about who asks, and nothing that came before them.

    Never X-Forwarded-Host: hardly a proxy sets it, so whoever asks could; our own address is PUBLIC_URL.
    """
    app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
        app.wsgi_app, x_for=number, x_proto=number, x_host=0, x_port=0, x_prefix=0
    )


def flask_settings(config: Config) -> dict[str, Any]:
    """What Flask and its extensions read, from our own settings."""
    return {
        "PORTAL": config,
        "DEBUG": config.debug,
        "SECRET_KEY": config.session_secret,
        "SESSION_COOKIE_NAME": "__Host-portal" if config.is_https else "portal",
        "SESSION_COOKIE_SECURE": config.is_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "MAX_CONTENT_LENGTH": 32 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "SQLALCHEMY_DATABASE_URI": config.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(),
        # A form may stay open for a day; the token is bound to the session all the same.
        "WTF_CSRF_TIME_LIMIT": 24 * 3600,
        "WTF_CSRF_SSL_STRICT": False,
        "MAIL_SERVER": config.mail.server,
        "MAIL_PORT": config.mail.port,
        "MAIL_USERNAME": config.mail.username,
        "MAIL_PASSWORD": config.mail.password,
        "MAIL_USE_TLS": config.mail.use_tls,
        "MAIL_DEFAULT_SENDER": config.mail.default_sender,
        "RATELIMIT_STORAGE_URI": counter_storage(config.redis_url or ""),
        "RATELIMIT_ENABLED": config.rate_limits,
        "RATELIMIT_STRATEGY": "moving-window",
        "RATELIMIT_STORAGE_OPTIONS": {"socket_connect_timeout": 0.3, "socket_timeout": 0.5},
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": True,
    }


def counter_storage(redis_url: str) -> str:
    """Where the limiter counts; it calls a socket's address by another name than Redis clients do."""
    return f"redis+{redis_url}" if redis_url.startswith("unix://") else redis_url


def engine_options() -> dict[str, Any]:
    """Connections are looked at before use (`pooling`) and renewed twice an hour: a restarted database heals
    by itself."""
    return {
        "pool_recycle": 1800,
        "pool_size": int(os.environ.get("PORTAL_POOL_SIZE", "10")),
        "max_overflow": 10,
        "pool_timeout": 10,
        # The connection that was used last has the most prepared.
        "pool_use_lifo": True,
        "connect_args": {
            "connect_timeout": 5,
            "application_name": "portal",
            "options": "-c timezone=utc"
            " -c idle_in_transaction_session_timeout=30000 -c statement_timeout=60000"
            # Compiling a plan takes longer than any statement of a page does, and so does planning anew
            # what a connection keeps prepared.
            " -c jit=off -c plan_cache_mode=force_generic_plan"
            # What is asked for lies in memory, or on a disk without a head: fifty rows by their index cost
            # less than reading a whole table.
            " -c random_page_cost=1.1",
        },
        # An error's text would else show what was being stored.
        "hide_parameters": True,
    }
