"""Hourly profiles: calendar, weather, sun, load, ambient derate, price."""
