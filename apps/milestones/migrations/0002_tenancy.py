"""Every reference stays in its workspace: keys and references over (workspace_id, id)."""

from django.db import migrations

from apps.core.tenancy import tenant_key, tenant_reference


class Migration(migrations.Migration):
    dependencies = [("milestones", "0001_initial"), ("roadmap", "0002_tenancy")]
    operations = [
        tenant_key("milestones_milestone"),
        tenant_key("milestones_placement"),
        tenant_reference("milestones_milestone", "product", "vision_product"),
        tenant_reference("milestones_placement", "milestone", "milestones_milestone"),
        tenant_reference("milestones_placement", "item", "roadmap_item"),
        tenant_reference("milestones_placement", "product", "vision_product"),
    ]
