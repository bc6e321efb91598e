"""Saved views of lists, each one person's own."""

from django.db import models
from django.db.models import Q

from quanqu.kernel.ids import new_id


class SavedView(models.Model):
    """A name for the filters, columns and order of one list."""

    key = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, related_name="+")
    page = models.CharField(max_length=32)
    name = models.CharField(max_length=60)
    query = models.TextField(blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(name="console_view_named", condition=~Q(name="")),
            models.UniqueConstraint(
                name="console_view_name_once", fields=["person", "page", "name"]
            ),
        ]

    def __str__(self) -> str:
        return self.name
