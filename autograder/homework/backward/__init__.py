"""The backward edition of Beras: what differs from the tape edition, which stands beside it."""
