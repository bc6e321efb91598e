"""The import contracts hold, and the one of our own making bites."""

import grimp
import pytest
from click.testing import CliRunner
from importlinter.cli import lint_imports_command
from tests.architecture.tree import ROOT
from tools.import_contracts import FacadeOnlyContract


def test_every_import_contract_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)

    result = CliRunner().invoke(lint_imports_command, ["--no-cache"])

    assert "0 broken" in result.output, result.output
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("importer", "imported", "is_kept"),
    [
        ("quanqu.sell.orders.actions", "quanqu.know.org.facade", True),
        ("quanqu.sell.orders.actions", "quanqu.know.org.contracts.units", True),
        ("quanqu.sell.orders.actions", "quanqu.sell.orders.models", True),
        ("quanqu.project.cli.up", "quanqu.know.org.models", True),
        ("quanqu.sell.orders.actions", "quanqu.kernel.money", True),
        ("quanqu.sell.orders.actions", "quanqu.know.org.models", False),
        ("quanqu.sell.orders.actions", "quanqu.know.org", False),
        ("quanqu.sell.orders.actions", "quanqu.infra.jobs.tasks", False),
        ("quanqu.infra.outbox.jobs", "quanqu.infra.jobs.tasks", False),
    ],
)
def test_facade_only_sees_what_reaches_behind(importer: str, imported: str, is_kept: bool) -> None:
    graph = grimp.ImportGraph()
    graph.add_import(importer=importer, imported=imported, line_number=1, line_contents="")
    contract = FacadeOnlyContract(
        name="test",
        session_options={"root_packages": ["quanqu"]},
        contract_options={"root": "quanqu", "free": ["kernel", "project"]},
    )

    assert contract.check(graph, verbose=False).kept is is_kept
