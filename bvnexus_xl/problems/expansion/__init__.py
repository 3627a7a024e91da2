"""P2: the largest load that may be added under a ceiling of levelised cost."""
