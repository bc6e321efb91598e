"""What closed transfers lost before there were decisions was written off by closing them."""

from django.db import migrations

_DECISIONS = """
INSERT INTO inventory_transfer_decision (transfer_key, number, line_no, kind, quantity, note,
    currency, state, once, decided_at)
SELECT h.key, row_number() OVER (PARTITION BY h.key ORDER BY l.line_no), l.line_no, 'written_off',
    l.lost, '', '', 'done',
    'closed/' || row_number() OVER (PARTITION BY h.key ORDER BY l.line_no),
    coalesce(h.settled_at, h.created_at)
FROM inventory_transfer h JOIN inventory_transfer_line l ON l.transfer_key = h.key
WHERE l.lost > 0
"""
_STEPS = """
INSERT INTO inventory_transfer_decision_step (decision_key, state, note, by, at, posting_id)
SELECT d.key, 'done', '', coalesce(m.actor, h.created_by), d.decided_at, p.posting_id
FROM inventory_transfer_decision d JOIN inventory_transfer h ON h.key = d.transfer_key
LEFT JOIN inventory_posted p ON p.source = 'transfers' AND p.name = h.id || '/closed'
LEFT JOIN LATERAL (SELECT actor FROM inventory_movement WHERE posting_id = p.posting_id
    AND place_key = h.to_place_key LIMIT 1) m ON true
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0013_decisions")]

    operations = [
        migrations.RunSQL(_DECISIONS, migrations.RunSQL.noop),
        migrations.RunSQL(_STEPS, migrations.RunSQL.noop),
    ]
