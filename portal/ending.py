"""Whether this process was asked to end. Long work looks here, and hands back what it has in hand."""

from threading import Event

asked = Event()
