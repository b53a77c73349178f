"""What is shown of an audit: in a terminal, and as a page."""
