"""The HTTP API: thin routers over the services. The wire shapes stand apart from the domain."""
