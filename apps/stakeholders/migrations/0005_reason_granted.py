from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("stakeholders", "0004_audience_side"),
    ]

    operations = [
        # Who was told reasons goes on being told them.
        migrations.RunSQL(
            "UPDATE stakeholders_audience SET fields = array_append(fields, 'reason') WHERE NOT 'reason' = ANY(fields)",
            migrations.RunSQL.noop,
        ),
    ]
