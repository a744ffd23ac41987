from django.db import migrations


class Migration(migrations.Migration):
    """Weeks and years came to the rollups: everything is rolled up once more, by and by."""

    dependencies = [
        ('aggregates', '0001_initial'),
        ('readings', '0001_initial'),
        ('meters', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL(
            """
            INSERT INTO dirty_ranges (organization_id, meter_id, starts_at, ends_at, marked_at)
            SELECT organization_id, id, first_reading_at, last_reading_at + resolution::interval, now()
            FROM meters
            WHERE first_reading_at IS NOT NULL AND last_reading_at IS NOT NULL
            """,
            migrations.RunSQL.noop,
        ),
    ]
