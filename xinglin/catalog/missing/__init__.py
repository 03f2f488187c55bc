"""What readers look for and nobody has: searches without a result, counted by the day, without anybody's name."""
