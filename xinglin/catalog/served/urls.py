"""Addresses of the catalogue for machines; the house includes them at its root."""

from django.urls import path

from xinglin.catalog.served.feeds import new_arrivals
from xinglin.catalog.served.oai import oai
from xinglin.catalog.served.sru import sru

app_name = "served"
urlpatterns = [
    path("oai", oai, name="oai"),
    path("sru", sru, name="sru"),
    path("feeds/new.xml", new_arrivals, name="new_arrivals"),
]
