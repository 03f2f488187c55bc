"""The toolkit of the reader's H5 pages: shell, tabs, tiles, the 我的 page; it knows no room above it."""
