"""POST /v1/enrolments: a face becomes an account."""
