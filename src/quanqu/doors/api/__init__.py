"""The REST API: one document, one shape of errors, one way in; rooms bring their routers."""
