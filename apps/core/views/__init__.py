"""The pages of the mechanism itself."""
