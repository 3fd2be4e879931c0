"""Showing what happens: what differs between two states, and why."""
