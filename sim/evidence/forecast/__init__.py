"""What the coming quarters bring: forecasts from a company's own deals, dated and kept, so that they can be scored."""
