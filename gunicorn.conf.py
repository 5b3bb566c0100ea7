"""How gunicorn serves the portal. GUNICORN_CMD_ARGS and the command line win over what stands here."""

import sys
import time
from contextlib import suppress
from pathlib import Path

from gunicorn.arbiter import Arbiter
from setproctitle import setproctitle

sys.path.insert(0, str(Path(__file__).resolve().parent))
from config import BadSetting, Config, stop_on_bad_settings
from portal import resealing

# Here, once: workers that end at a wrong setting would be started again for ever.
with stop_on_bad_settings():
    settings = Config.from_env()

bind = f"127.0.0.1:{settings.port}"
worker_class = "gthread"
workers = 2
threads = 8
timeout = 60
graceful_timeout = 5
keepalive = 5
loglevel = "warning"

# A worker binds database and Redis for itself; connections made before the fork would be shared.
preload_app = False
# The name of the process that holds the port; its workers take their own below.
proc_name = "portal: web"
# Its default place is in the home folder, and nothing outside the project folder is written.
control_socket_disable = True

# How much of a body that nobody reads is taken in all the same, and for how long.
LONGEST_UNREAD_BYTES = 64 * 1024 * 1024
UNREAD_SECONDS = 5


def post_request(worker, req, environ, resp):
    """Take in the rest of a body that was refused before it was read.

    Else gunicorn ends a connection that it has just promised to keep: whoever still sends never hears why
    it was refused, and a program's next call on that connection gets no answer.
    """
    if resp is not None and (resp.status_code or 0) >= 400:
        with suppress(OSError):  # it has ended, or sends too slowly: then the connection ends, too
            _take_in(req)


def _take_in(req):
    until, left = time.monotonic() + UNREAD_SECONDS, LONGEST_UNREAD_BYTES
    while left > 0 and (seconds := until - time.monotonic()) > 0:
        req.unreader.sock.settimeout(seconds)
        part = req.body.read(64 * 1024)
        if not part:
            break
        left -= len(part)
    req.unreader.sock.settimeout(None)


def post_worker_init(worker):
    setproctitle("portal: web")
    try:
        with worker.wsgi.app_context():
            resealing.refuse_lost_keys()
    except BadSetting as wrong:
        sys.stderr.write(f"{wrong}\n")
        # By this gunicorn ends altogether; a worker that ends otherwise is started again for ever.
        sys.exit(Arbiter.APP_LOAD_ERROR)
