"""Every reference stays in its workspace: keys and references over (workspace_id, id)."""

from django.db import migrations

from apps.core.tenancy import tenant_key, tenant_reference


class Migration(migrations.Migration):
    dependencies = [("vision", "0001_initial"), ("accounts", "0002_tenancy")]
    operations = [
        tenant_key("vision_product"),
        tenant_key("vision_vision"),
        tenant_key("vision_visionversion"),
        tenant_key("vision_signoff"),
        tenant_key("vision_goal"),
        tenant_key("vision_keyresult"),
        tenant_reference("vision_vision", "product", "vision_product"),
        tenant_reference("vision_vision", "current", "vision_visionversion"),
        tenant_reference("vision_visionversion", "vision", "vision_vision"),
        tenant_reference("vision_visionversion", "product", "vision_product"),
        tenant_reference("vision_signoff", "vision_version", "vision_visionversion"),
        tenant_reference("vision_signoff", "product", "vision_product"),
        tenant_reference("vision_goal", "product", "vision_product"),
        tenant_reference("vision_keyresult", "goal", "vision_goal"),
        tenant_reference("vision_keyresult", "product", "vision_product"),
    ]
