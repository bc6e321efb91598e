"""What infra.db offers."""

from quanqu.infra.db.arrays import number_array, text_array
from quanqu.infra.db.bulk import copy_in, copy_out, id_column, temp_table
from quanqu.infra.db.combining import Combiner, Outcome
from quanqu.infra.db.keyset import Sorting, read_moment, read_number
from quanqu.infra.db.loading import indexed_afterwards
from quanqu.infra.db.outage import is_outage
from quanqu.infra.db.questions import Question, Work, do_alone, do_together
from quanqu.infra.db.roundtrip import RoundTrips, run_prepared
from quanqu.infra.db.statistics import freshen_statistics

__all__ = [
    "Combiner",
    "Outcome",
    "Question",
    "RoundTrips",
    "Sorting",
    "Work",
    "copy_in",
    "copy_out",
    "do_alone",
    "do_together",
    "freshen_statistics",
    "id_column",
    "indexed_afterwards",
    "is_outage",
    "number_array",
    "read_moment",
    "read_number",
    "run_prepared",
    "temp_table",
    "text_array",
]
