"""The user's own files: weather and hourly columns, named in a cell instead of pasted into a sheet."""
