"""P3 Land development: the largest firm load of a site."""
