"""Every reference stays in its workspace: keys and references over (workspace_id, id)."""

from django.db import migrations

from apps.core.tenancy import tenant_key, tenant_reference


class Migration(migrations.Migration):
    dependencies = [("stakeholders", "0001_initial"), ("milestones", "0002_tenancy")]
    operations = [
        tenant_key("stakeholders_stakeholder"),
        tenant_key("stakeholders_audience"),
        tenant_key("stakeholders_audiencemember"),
        tenant_key("stakeholders_subscription"),
        tenant_key("stakeholders_digest"),
        tenant_key("stakeholders_sharelink"),
        tenant_key("stakeholders_review"),
        tenant_key("stakeholders_revieweditem"),
        tenant_reference("stakeholders_audience", "product", "vision_product"),
        tenant_reference("stakeholders_audiencemember", "audience", "stakeholders_audience"),
        tenant_reference("stakeholders_audiencemember", "stakeholder", "stakeholders_stakeholder"),
        tenant_reference("stakeholders_audiencemember", "product", "vision_product"),
        tenant_reference("stakeholders_subscription", "stakeholder", "stakeholders_stakeholder"),
        tenant_reference("stakeholders_subscription", "audience", "stakeholders_audience"),
        tenant_reference("stakeholders_subscription", "product", "vision_product"),
        tenant_reference("stakeholders_digest", "subscription", "stakeholders_subscription"),
        tenant_reference("stakeholders_digest", "stakeholder", "stakeholders_stakeholder"),
        tenant_reference("stakeholders_digest", "product", "vision_product"),
        tenant_reference("stakeholders_sharelink", "audience", "stakeholders_audience"),
        tenant_reference("stakeholders_sharelink", "product", "vision_product"),
        tenant_reference("stakeholders_review", "product", "vision_product"),
        tenant_reference("stakeholders_revieweditem", "review", "stakeholders_review"),
        tenant_reference("stakeholders_revieweditem", "item", "roadmap_item"),
        tenant_reference("stakeholders_revieweditem", "product", "vision_product"),
    ]
