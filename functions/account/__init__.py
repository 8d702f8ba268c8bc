"""/v1/account: what a person sees and changes of their own."""
