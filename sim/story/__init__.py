"""Stories: one replication's ledger told line by line, with dates: a rep's life, or a deal's."""
