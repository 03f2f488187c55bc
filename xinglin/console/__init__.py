"""The toolkit of the librarian's screens: menu, lists, details, forms, actions; it knows no room above it."""
