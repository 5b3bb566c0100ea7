"""What a web server serves: `app`."""

from config import Config, stop_on_bad_settings
from portal import create_app
from portal.embedded import ensure

with stop_on_bad_settings():
    app = create_app(ensure(Config.from_env()))
