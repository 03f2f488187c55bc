"""Patents from the tables that Derwent, incoPat, 智慧芽 and others give out: read, reckoned up, counted, reported."""
