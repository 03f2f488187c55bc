"""The audience: tags, segments, campaigns to them, and what came of each"""
