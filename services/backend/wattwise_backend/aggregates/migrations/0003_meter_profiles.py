import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('aggregates', '0002_weeks_and_years'),
        ('accounts', '0002_initial'),
        ('meters', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='MeterProfile',
            fields=[
                ('meter', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='profile', serialize=False, to='meters.meter')),
                ('computed_at', models.DateTimeField()),
                ('covers_from', models.DateTimeField(null=True)),
                ('covers_until', models.DateTimeField(null=True)),
                ('knows_weather', models.BooleanField()),
                ('profile', models.JSONField()),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
            ],
            options={
                'db_table': 'meter_profiles',
            },
        ),
    ]
