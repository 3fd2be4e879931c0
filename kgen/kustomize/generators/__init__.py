"""What makes resources: ConfigMaps and Secrets from literals and files."""
