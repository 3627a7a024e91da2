"""The ``BVN_`` functions as a LibreOffice Calc add-in, made from the same definitions as Excel's."""
