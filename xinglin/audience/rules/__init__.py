"""Rule trees: read and checked, compiled to SQL, told in words, and evaluated slowly for comparison."""
