from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("repository", "0006_common_values"),
    ]

    operations = [
        migrations.AddField(
            model_name="reviewlink",
            name="hides_people",
            field=models.BooleanField(default=False),
        ),
    ]
