"""Phase 1: rules make designs, a merit-order dispatch runs them over 8,760 h, a local search improves the best."""
