"""What Facebook and Instagram have in common on the wire: the Graph API's calls, errors and fetching."""
