"""Health for a load balancer: ready means that the database answers and its tables are up to date."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse


def is_ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 when this node can serve, else 503 with what is missing."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return JsonResponse({"ready": False, "missing": "database"}, status=503)
    if waiting:
        return JsonResponse({"ready": False, "missing": "migrations"}, status=503)
    return JsonResponse({"ready": True})
