"""What changes resources: one module for each of kustomize's transformers."""
