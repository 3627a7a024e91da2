"""Default equipment and the technologies it may belong to, as data."""
