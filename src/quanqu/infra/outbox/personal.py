"""The personal data of the outbox: none but keys."""

from quanqu.infra.personal.facade import declare_plain

# events carry keys of rows: tests/architecture/test_personal.py holds them to it
declare_plain(
    "outbox_event",
    "key id name payload emitted_at delivered_at attempts next_attempt_at last_error",
)
declare_plain("outbox_receipt", "event_key handler handled_at")
