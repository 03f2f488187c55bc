"""The reference room: orders for novelty searches and citation reports; desk, roster and liaisons follow."""
