"""What is contested."""
