"""Instagram's wire protocol, by its own login and by Facebook's."""
