"""Texts that name what an overlay changes: found, followed where they are sure, told where they are not."""
