"""Every function that a worker may run: takes ids or nothing, calls one flow."""
