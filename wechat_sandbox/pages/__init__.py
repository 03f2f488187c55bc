"""Pages that WeChat itself serves to a person: web authorisation, and the files behind pictures."""
