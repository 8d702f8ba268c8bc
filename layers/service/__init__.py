"""What the functions share: the wire, the tables, the keys. It knows no function and no face."""
