"""The project: settings, routes, Celery, and the supervisor of the embedded services."""
