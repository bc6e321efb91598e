"""The law of privacy that can be checked over the live data."""

from quanqu.infra.laws.facade import law
from quanqu.know.privacy.queries.erased import returned_people

law("L7.erased_stay_erased", "No erased identifier leads to anybody.", returned_people)
