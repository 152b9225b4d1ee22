"""What is not API: ping URLs, health, unsubscribe, explorer files."""
