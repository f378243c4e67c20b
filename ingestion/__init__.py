"""Pull: vendors and dropped files into the raw layer. Knows vendors, and nothing after raw."""
