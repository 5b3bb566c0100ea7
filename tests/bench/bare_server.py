"""The portal's own settings of gunicorn, for an app that is not the portal and has no such database."""

from runpy import run_path

from config import ROOT

globals().update(
    {name: value for name, value in run_path(str(ROOT / "gunicorn.conf.py")).items() if name[0] != "_"}
)
del globals()["post_worker_init"]
