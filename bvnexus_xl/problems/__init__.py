"""The problems: objective and extra rows on the one model, one file each."""
