"""What was put to signatories never changes, whoever writes: the database refuses it."""

from django.db import migrations

_FUNCTION = """
CREATE FUNCTION vision_version_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Version % of a vision was proposed and never changes.', OLD.number
        USING ERRCODE = 'check_violation', CONSTRAINT = 'vision_version_immutable', TABLE = 'vision_visionversion';
END $$
"""
_TRIGGER = """
CREATE TRIGGER vision_version_immutable BEFORE UPDATE ON vision_visionversion FOR EACH ROW
WHEN (OLD.state <> 'draft' AND (
    (OLD.statement, OLD.goal, OLD.audience, OLD.value, OLD.content_hash, OLD.number, OLD.vision_id)
    IS DISTINCT FROM (NEW.statement, NEW.goal, NEW.audience, NEW.value, NEW.content_hash, NEW.number, NEW.vision_id)
    OR NEW.state = 'draft'
))
EXECUTE FUNCTION vision_version_immutable()
"""


class Migration(migrations.Migration):
    dependencies = [("vision", "0002_tenancy")]
    operations = [
        migrations.RunSQL(_FUNCTION, "DROP FUNCTION vision_version_immutable()"),
        migrations.RunSQL(_TRIGGER, "DROP TRIGGER vision_version_immutable ON vision_visionversion"),
    ]
