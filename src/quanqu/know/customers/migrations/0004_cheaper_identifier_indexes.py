import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0003_tag_definitions'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='identifier',
            name='customers_identifier_unique',
        ),
        migrations.AddConstraint(
            model_name='identifier',
            constraint=models.UniqueConstraint(fields=('value_hash', 'type'), name='customers_identifier_unique'),
        ),
        migrations.RemoveIndex(
            model_name='identifier',
            name='customers_by_part',
        ),
        migrations.AddIndex(
            model_name='identifier',
            index=django.contrib.postgres.indexes.BTreeIndex(condition=models.Q(('part_hash__isnull', False)), deduplicate_items=False, fields=['part_hash'], name='customers_by_part'),
        ),
    ]
