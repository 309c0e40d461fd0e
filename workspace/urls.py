"""Routes of this room."""

from django.urls import URLPattern, path

from workspace.views import home, preferences, styleguide

app_name = "workspace"
urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("language/", preferences.set_language, name="language"),
    path("theme/", preferences.set_theme, name="theme"),
    path("me/", preferences.profile, name="profile"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
]
