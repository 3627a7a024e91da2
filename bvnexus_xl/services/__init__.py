"""Grid services (P4): who may serve a programme, how much may be sold without selling a MW twice, what it is worth."""
