"""`python -m portal.sandbox`: settings from the environment, then serve."""

import os

from .server import run
from .settings import read_settings

if __name__ == "__main__":
    run(read_settings(os.environ))
