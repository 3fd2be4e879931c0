"""What is known of Kubernetes types, as plain tables."""
