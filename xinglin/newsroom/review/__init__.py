"""Review (三级审核): who looks at an article before readers do, bound to the very text, and provable."""
