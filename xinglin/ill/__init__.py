"""Inter-library loan: returnables from whoever holds them, by ISO 18626 or, between ourselves, by a hold."""
