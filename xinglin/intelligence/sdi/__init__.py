"""Selective dissemination: profiles of readers, teams and subjects, and the papers that are brought to each."""
