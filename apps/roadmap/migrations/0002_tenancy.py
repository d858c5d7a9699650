"""Every reference stays in its workspace: keys and references over (workspace_id, id)."""

from django.db import migrations

from apps.core.tenancy import tenant_key, tenant_reference


class Migration(migrations.Migration):
    dependencies = [("roadmap", "0001_initial"), ("vision", "0002_tenancy")]
    operations = [
        tenant_key("roadmap_item"),
        tenant_key("roadmap_contribution"),
        tenant_key("roadmap_dependency"),
        tenant_key("roadmap_comment"),
        tenant_reference("roadmap_item", "product", "vision_product"),
        tenant_reference("roadmap_item", "parent", "roadmap_item"),
        tenant_reference("roadmap_contribution", "item", "roadmap_item"),
        tenant_reference("roadmap_contribution", "goal", "vision_goal"),
        tenant_reference("roadmap_contribution", "product", "vision_product"),
        tenant_reference("roadmap_dependency", "item", "roadmap_item"),
        tenant_reference("roadmap_dependency", "other", "roadmap_item"),
        tenant_reference("roadmap_dependency", "product", "vision_product"),
        tenant_reference("roadmap_comment", "item", "roadmap_item"),
        tenant_reference("roadmap_comment", "product", "vision_product"),
    ]
