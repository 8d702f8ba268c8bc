"""What whoever runs a deployment does by hand, from a machine with the AWS account's own credentials.

It stands on `layers/service`, is deployed nowhere, and nothing imports it.
"""
