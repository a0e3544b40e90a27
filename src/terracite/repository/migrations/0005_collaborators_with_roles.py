from django.conf import settings
from django.db import migrations, models


def keep_collaborators(apps, schema_editor):
    """Whoever a deposit was shared with may go on editing it."""
    collaborator = apps.get_model('repository', 'Collaborator')
    for deposit in apps.get_model('repository', 'Deposit').objects.all():
        for person in deposit.collaborators.all():
            collaborator.objects.create(deposit=deposit, person=person, role='editor')


class Migration(migrations.Migration):

    dependencies = [
        ('repository', '0004_desks_and_readers'),
    ]

    operations = [
        migrations.RunPython(keep_collaborators, migrations.RunPython.noop),
        migrations.RemoveField(model_name='deposit', name='collaborators'),
        migrations.AddField(
            model_name='deposit',
            name='collaborators',
            field=models.ManyToManyField(blank=True, related_name='shared_deposits', through='repository.Collaborator', through_fields=('deposit', 'person'), to=settings.AUTH_USER_MODEL),
        ),
    ]
