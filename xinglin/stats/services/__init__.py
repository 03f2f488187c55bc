"""What changes figures: pulling the platform's, counting our own."""
