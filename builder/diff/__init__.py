"""Two states of a deck into what differs between them."""
