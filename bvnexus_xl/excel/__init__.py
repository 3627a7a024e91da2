"""The live side: what Excel calls, background runs, and the add-in that carries them. xlwings is used only here."""
