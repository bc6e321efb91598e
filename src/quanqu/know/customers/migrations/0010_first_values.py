from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0009_references_planned"),
    ]

    operations = [
        migrations.AddField(
            model_name="subjectprofile",
            name="first",
            field=models.JSONField(db_default={}, default=dict),
        ),
    ]
