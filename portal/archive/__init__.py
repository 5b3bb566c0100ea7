"""What was published, kept so that it can be shown years later and nobody can change it unseen.

Each doctor has a chain of entries: `chain` says how they hang together and checks it, without the portal;
`writing` adds to it, `keeping` lets go of what has had its time, `bundles` hands it over as a file.
"""

from flask import Flask

from portal.archive import views


def init_app(app: Flask) -> None:
    app.register_blueprint(views.bp)
