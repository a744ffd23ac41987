from django.db import migrations, models

_LEANER = """
ALTER TABLE reading_revisions DROP CONSTRAINT reading_revisions_pkey, ADD PRIMARY KEY (meter_id, starts_at, id);
DROP INDEX revisions_of_a_reading;
DROP INDEX revisions_by_an_import;
DROP INDEX revisions_of_an_import;
CREATE INDEX revisions_by_an_import ON reading_revisions (replaced_by_import_id) WHERE replaced_by_import_id IS NOT NULL;
CREATE INDEX revisions_of_an_import ON reading_revisions (old_import_id) WHERE old_stored_at IS NULL;
"""
_AS_BEFORE = """
ALTER TABLE reading_revisions DROP CONSTRAINT reading_revisions_pkey, ADD PRIMARY KEY (id);
DROP INDEX revisions_by_an_import;
DROP INDEX revisions_of_an_import;
CREATE INDEX revisions_of_a_reading ON reading_revisions (meter_id, starts_at, replaced_at);
CREATE INDEX revisions_by_an_import ON reading_revisions (replaced_by_import_id);
CREATE INDEX revisions_of_an_import ON reading_revisions (old_import_id);
"""
_REVISION = migrations.CreateModel(
    name="ReadingRevision",
    fields=[
        ("pk", models.CompositePrimaryKey("meter_id", "starts_at", "id", blank=True, editable=False, primary_key=True, serialize=False)),
        ("id", models.BigIntegerField()),
        ("meter_id", models.IntegerField()),
        ("starts_at", models.DateTimeField()),
        ("old_value", models.FloatField()),
        ("old_quality", models.SmallIntegerField()),
        ("old_import_id", models.IntegerField()),
        ("old_stored_at", models.DateTimeField(null=True)),
        ("replaced_by_import_id", models.IntegerField(null=True)),
        ("replaced_at", models.DateTimeField()),
    ],
    options={
        "db_table": "reading_revisions",
        "indexes": [
            models.Index(fields=["replaced_by_import_id"], condition=models.Q(replaced_by_import_id__isnull=False), name="revisions_by_an_import"),
            models.Index(fields=["old_import_id"], condition=models.Q(old_stored_at=None), name="revisions_of_an_import"),
        ],
    },
)


class Migration(migrations.Migration):

    dependencies = [
        ("readings", "0002_readingrevision_old_stored_at_and_more"),
    ]

    operations = [
        # Django changes no primary key; the table and its numbers stay.
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(_LEANER, _AS_BEFORE)],
            state_operations=[migrations.DeleteModel("ReadingRevision"), _REVISION],
        ),
        migrations.CreateModel(
            name="Arrival",
            fields=[
                ("pk", models.CompositePrimaryKey("import_id", "meter_id", "first_at", "id", blank=True, editable=False, primary_key=True, serialize=False)),
                ("id", models.BigIntegerField()),
                ("import_id", models.IntegerField()),
                ("meter_id", models.IntegerField()),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("step", models.BigIntegerField()),
                ("confirms", models.BooleanField()),
                ("known_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "arrivals",
                "indexes": [models.Index(fields=["meter_id", "first_at"], condition=models.Q(confirms=True), name="arrivals_that_confirm")],
            },
        ),
        # One order for both: which version of a reading an arrival found is told by their numbers, under the meter's lock.
        migrations.RunSQL(
            "ALTER TABLE arrivals ALTER COLUMN id SET DEFAULT nextval('reading_revisions_id_seq')", migrations.RunSQL.noop
        ),
    ]
