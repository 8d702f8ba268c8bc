"""The whole product on one machine: the synthesised template on a local cloud, the site in front of it."""
