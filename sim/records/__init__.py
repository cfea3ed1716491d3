"""Records: rosters, pipelines and installed bases that a company brings as CSV, each row read, mended or set aside."""
