"""The demo: an invented company, its people, vision, roadmap and half a year of history. All days are relative to today."""
