from django.apps import AppConfig


class DemonstrationConfig(AppConfig):
    name = "xinglin.demonstration"
    label = "demonstration"
