"""Document delivery: what a doctor asks for arrives, inside the law, with a deadline that is kept."""
