"""The addresses of doors.preferences."""

from django.urls import path

from quanqu.doors.preferences.pages import confirmation, preferences

app_name = "preferences"
urlpatterns = [
    path("confirm/<str:token>", confirmation, name="confirmation"),
    path("<str:token>", preferences, name="preferences"),
]
