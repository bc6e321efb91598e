"""The laws of figures: a metric is one number, and scopes are cut before anything is counted."""

from quanqu.infra.laws.facade import law
from quanqu.learn.metrics.queries.laws import disagreeing_figures, leaking_scopes

law(
    "L8.one_metric_one_number",
    "The same metric by the overview, by the query and by its parts agrees.",
    disagreeing_figures,
)
law(
    "L9.scopes_add_up",
    "What companies see adds up to the whole, and who may see no place sees no figure.",
    leaking_scopes,
)
