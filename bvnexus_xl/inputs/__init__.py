"""The project as typed, validated data: one field here is one workbook row, one JSON key, one reference line."""
