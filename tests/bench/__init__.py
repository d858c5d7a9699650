"""Benchmarks: what our pages, endpoints, edits and mails cost, each beside its floor, measured in the same run."""
