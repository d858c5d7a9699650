"""The REST door's mechanism: problems, lists made by the database, and resources that call actions."""
