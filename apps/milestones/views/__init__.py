"""The HTML door of milestones, and of the moments that were kept of a roadmap."""
