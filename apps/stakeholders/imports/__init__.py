"""What comes in from a file: tables read, a mapping followed, each row placed through the actions."""
