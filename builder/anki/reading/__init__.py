"""What `builder.anki.read` is made of: each module opens one layer of a package and trusts nothing that it says."""
