"""Reports on paper: what they say, as PDF and as a Word document."""
