"""An import contract of our own: across domains only `facade` and `contracts` are visible."""

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

_VISIBLE = frozenset({"facade", "contracts"})


class FacadeOnlyContract(Contract):
    """No module of a domain imports anything of another but its facade and its contracts.

    A domain is two names below the root (`quanqu.know.org`). `free` names the packages that are
    no domains: what everybody may import, and what may import everything.
    """

    type_name = "facade_only"

    root = fields.StringField()
    free = fields.SetField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Find the imports that reach behind another domain's door."""
        del verbose
        reaching = [
            (importer, imported)
            for importer in sorted(graph.modules)
            if self._domain(importer)
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if self._reaches_behind(importer, imported)
        ]
        return ContractCheck(kept=not reaching, metadata={"reaching": reaching})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print the imports."""
        for importer, imported in check.metadata["reaching"]:
            output.print_error(f"{importer} reaches behind the facade: {imported}")

    def _reaches_behind(self, importer: str, imported: str) -> bool:
        domain = self._domain(imported)
        if not domain or domain == self._domain(importer):
            return False
        inside = imported.removeprefix(domain).split(".")[1:2]
        return not inside or inside[0] not in _VISIBLE

    def _domain(self, module: str) -> str:
        names = module.split(".")
        if len(names) < 3 or names[0] != self.root or names[1] in self.free:  # type: ignore[operator]  # a descriptor
            return ""
        return ".".join(names[:3])
