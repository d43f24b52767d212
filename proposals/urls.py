"""URLs of proposals."""

app_name = "proposals"
urlpatterns = []
