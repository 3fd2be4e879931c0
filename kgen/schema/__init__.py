"""What is known of Kubernetes types: merge keys, scope."""
