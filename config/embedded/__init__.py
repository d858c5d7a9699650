"""PostgreSQL and Valkey for a machine that has neither: the servers of two wheels, run by us, one pair per data folder."""
