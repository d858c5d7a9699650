"""Every reference stays in its workspace: keys and references over (workspace_id, id)."""

from django.db import migrations

from apps.core.tenancy import tenant_key


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [
        tenant_key("accounts_membership"),
        tenant_key("accounts_invitation"),
        tenant_key("accounts_apitoken"),
    ]
