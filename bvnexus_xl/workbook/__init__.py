"""Workbooks: template, reader, writer, recalculation."""
