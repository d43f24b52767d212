"""URLs of care."""

app_name = "care"
urlpatterns = []
