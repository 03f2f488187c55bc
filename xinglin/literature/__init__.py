"""The written record of medicine: articles from their sources, from files, and from what people paste."""
