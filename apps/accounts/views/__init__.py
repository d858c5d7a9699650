"""The pages of people and workspaces."""
