"""The personal data of the console: what people searched for in a view they saved."""

from quanqu.infra.personal.contracts import DataClass, Holding, Store
from quanqu.infra.personal.facade import DocumentWork, declare

declare(
    Holding(
        name="console_savedview",
        store=Store.TABLE,
        personal={"query": DataClass.IDENTIFIER, "person_id": DataClass.STAFF},
        plain="key id page name created_at",
        found_by="the person's values in the filters",
        phase=20,
        work=DocumentWork("console_savedview", "key", "query", ""),
    )
)
