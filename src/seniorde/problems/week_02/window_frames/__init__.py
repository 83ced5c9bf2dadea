"""Window frames: choose exactly which neighbours a row is measured by."""
