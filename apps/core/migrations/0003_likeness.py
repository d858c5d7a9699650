"""Words that are nearly the same are found by their trigrams; whoever owns the database may add this extension."""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("core", "0002_cache")]
    operations = [TrigramExtension()]
