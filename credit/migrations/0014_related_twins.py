"""Which names are quite the same is asked of an index; what is only alike needs no search."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0002_legal_representative"),
        ("credit", "0013_appeals_by_link"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="relatedkey",
            index=django.contrib.postgres.indexes.HashIndex(
                models.Func(
                    "key",
                    function="show_trgm",
                    output_field=django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                condition=models.Q(("sign", "NAME")),
                name="related_key_twin",
            ),
        ),
    ]
