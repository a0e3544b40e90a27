# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the worker asks for every second is found without reading every file and every version."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("repository", "0007_blind_links"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="datasetversion",
            index=models.Index(
                condition=models.Q(("embargo_until__isnull", False)),
                fields=["access", "embargo_until"],
                name="embargoes",
            ),
        ),
        migrations.AddIndex(
            model_name="storedfile",
            index=models.Index(
                condition=models.Q(("state__in", ["incoming", "scanning"])),
                fields=["created"],
                name="files_to_look_into",
            ),
        ),
    ]
