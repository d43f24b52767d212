"""Settings, URLs and Celery of the bank CRM; nothing else lives here."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
