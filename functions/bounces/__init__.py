"""What SES says of our mails: which addresses they come back from. No route: SNS calls it."""
