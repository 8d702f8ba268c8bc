"""The tables, as intentions: each method is one read or one conditional write."""
