"""Mails that were set aside, and minutes that were objected to, are found without reading all."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Two small indexes."""

    dependencies = [("interactions", "0018_talk_data")]

    operations = [
        migrations.AddIndex(
            model_name="mailmessage",
            index=models.Index(
                fields=["-received_at", "-id"], condition=Q(state="DISMISSED"), name="mail_aside"
            ),
        ),
        migrations.AddIndex(
            model_name="minutes",
            index=models.Index(
                fields=["meeting"], condition=Q(state="OBJECTED"), name="minutes_objected"
            ),
        ),
    ]
