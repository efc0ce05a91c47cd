"""eBay: the Commerce Message API."""
