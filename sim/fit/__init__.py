"""Laws of deals fitted to what a company's files show: closes by age, creation by month, amounts, and the outlook."""
