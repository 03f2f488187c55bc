"""Living beside another library system: what it leaves in a folder at night enters the catalogue by itself."""
