"""The HTML door of the why."""
