"""Making overlays: from a declaration and a cluster's facts to files that are proven before they are written."""
