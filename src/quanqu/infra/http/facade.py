"""What infra.http offers."""

from quanqu.infra.http.examples import with_examples
from quanqu.infra.http.health import healthz, livez, metrics
from quanqu.infra.http.idempotency import (
    call_name,
    drop_old_answers,
    idempotent,
    idempotent_view,
    name_of_call,
    names_call,
)
from quanqu.infra.http.lean import LeanCall, find_lean_call, lean_call
from quanqu.infra.http.limits import (
    drop_old_buckets,
    limit_headers,
    put_limit_headers,
    require_calls,
    take,
)
from quanqu.infra.http.metrics import Reader, add_reader, observe
from quanqu.infra.http.middleware import RequestContextMiddleware, note_answer, request_id_of
from quanqu.infra.http.paging import (
    MoneyOut,
    PageOut,
    PageParams,
    cursor_page,
    money_out,
    put_link_header,
)
from quanqu.infra.http.problems import (
    PROBLEM_TYPE,
    as_problem,
    problem_of,
    problem_response,
    status_of,
    status_of_family,
)

__all__ = [
    "PROBLEM_TYPE",
    "LeanCall",
    "MoneyOut",
    "PageOut",
    "PageParams",
    "Reader",
    "RequestContextMiddleware",
    "add_reader",
    "as_problem",
    "call_name",
    "cursor_page",
    "drop_old_answers",
    "drop_old_buckets",
    "find_lean_call",
    "healthz",
    "idempotent",
    "idempotent_view",
    "lean_call",
    "limit_headers",
    "livez",
    "metrics",
    "money_out",
    "name_of_call",
    "names_call",
    "note_answer",
    "observe",
    "problem_of",
    "problem_response",
    "put_limit_headers",
    "put_link_header",
    "request_id_of",
    "require_calls",
    "status_of",
    "status_of_family",
    "take",
    "with_examples",
]
