"""The virtual desk: a page on this machine alone, with which the whole product is tried, shown and taught."""
