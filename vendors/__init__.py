"""One module per vendor: sign-in, session, paging, limits, errors. No data logic."""
