from django.db import migrations, models


def keep_keywords(apps, schema_editor):
    """The keywords of a deposit become one of the values that it says for all its datasets."""
    for deposit in apps.get_model('repository', 'Deposit').objects.exclude(keywords=[]):
        deposit.common = {**deposit.common, 'keywords': deposit.keywords}
        deposit.save(update_fields=['common'])


def give_keywords_back(apps, schema_editor):
    for deposit in apps.get_model('repository', 'Deposit').objects.all():
        deposit.keywords = deposit.common.get('keywords', [])
        deposit.save(update_fields=['keywords'])


class Migration(migrations.Migration):

    dependencies = [
        ('repository', '0005_collaborators_with_roles'),
    ]

    operations = [
        migrations.AddField(
            model_name='deposit',
            name='field_edits',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.RunPython(keep_keywords, give_keywords_back),
        migrations.RemoveField(model_name='deposit', name='keywords'),
    ]
