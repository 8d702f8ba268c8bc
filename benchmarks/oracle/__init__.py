"""What somebody learns who is not let in: of accounts, by asking for them; of a face, by trying others."""
