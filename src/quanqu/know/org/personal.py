"""The personal data of know.org: of the people who work here, none of customers."""

from typing import Final

from quanqu.infra.personal.contracts import DataClass, Holding, Store, Treatment
from quanqu.infra.personal.facade import declare, declare_plain

_STAFF: Final = "People who work here; a person who left is made inactive in the settings."


def _staff(name: str, personal: str, plain: str) -> None:
    declare(
        Holding(
            name=name,
            store=Store.TABLE,
            personal=dict.fromkeys(personal.split(), DataClass.STAFF),
            plain=plain,
            treatment=Treatment.KEPT,
            found_by="the person of staff",
            reason=_STAFF,
        )
    )


_staff(
    "org_person",
    "email name language time_zone theme last_login",
    "key id password is_superuser is_active created_at",
)
_staff("org_roleassignment", "person_id", "key id role unit_id expires_at granted_at")
_staff("org_loginlink", "person_id", "key token_hash created_at expires_at used_at")
_staff(
    "org_apikey",
    "created_by",
    "key id name prefix secret_hash role unit_id created_at expires_at revoked_at last_used_at "
    "replaced_by_id",
)
declare_plain("org_person_groups", "id person_id group_id")
declare_plain("org_person_user_permissions", "id person_id permission_id")
declare_plain("org_unit", "key id kind code name parent_key path currency created_at")
declare_plain(
    "org_place",
    "key place_type channel time_zone country region city postcode latitude longitude is_simulated "
    "catchment_km catchment_postcodes",
)
declare_plain("org_exchangerate", "key currency to_currency valid_on rate source recorded_at")
declare_plain(
    "dim_place",
    "place_key place_id code name place_type channel company_key company_code company_name "
    "brand_key brand_name country region city postcode latitude longitude catchment_km "
    "catchment_postcodes time_zone currency simulated",
    store=Store.LAKE,
)
