"""The ``BVN_`` functions of spreadsheets: one core of pure functions for Excel, LibreOffice Calc and Python."""
