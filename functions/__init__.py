"""What happens on a request: one folder for each Lambda function."""
