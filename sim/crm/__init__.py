"""What a company's CRM exports say, as arrays: read, mended, and accounted for row by row."""
