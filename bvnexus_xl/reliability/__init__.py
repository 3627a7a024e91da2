"""Reliability: planning reserve, outage tables, K-of-N, adequacy."""
