"""The HTML door of the roadmap."""
