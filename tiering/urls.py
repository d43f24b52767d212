"""URLs of tiering."""

app_name = "tiering"
urlpatterns = []
