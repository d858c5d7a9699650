"""The HTML door of stakeholders: people, audiences, reviews, and what outsiders open."""
