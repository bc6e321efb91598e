"""Real people and sellers of Brazil: nearest and catchments against brute force over them."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from quanqu.kernel.geo import Point
from quanqu.know.customers.rules.geography import Site, locate

ROOT = Path(__file__).resolve().parents[3]
OLIST = Path(os.environ.get("QUANQU_SHARED_DATA", ROOT.parent / "shared" / "data")) / "olist"
MOST = 60


@pytest.fixture(scope="module")
def brazil() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return one row per person with a postcode of five digits, and sellers as stores with the
    middle of their postcode's coordinates."""
    if not OLIST.exists():
        pytest.skip("the data set olist is not here")
    points = pd.read_parquet(OLIST / "olist_geolocation_dataset.parquet")
    code = "geolocation_zip_code_prefix"
    points[code] = points[code].astype(str).str.zfill(5)
    middle = points.groupby(code)[["geolocation_lat", "geolocation_lng"]].median()
    people = pd.read_parquet(OLIST / "olist_customers_dataset.parquet")
    people["code"] = people["customer_zip_code_prefix"].astype(str).str.zfill(5)
    people = people.drop_duplicates("customer_unique_id").join(middle, on="code")
    sellers = pd.read_parquet(OLIST / "olist_sellers_dataset.parquet")
    sellers["code"] = sellers["seller_zip_code_prefix"].astype(str).str.zfill(5)
    stores = sellers.drop_duplicates("code").join(middle, on="code").dropna().head(MOST)
    return people.reset_index(drop=True), stores.reset_index(drop=True)


def _sites(stores: pd.DataFrame) -> list[Site]:
    return [
        Site(
            key=at + 1,
            country="BR",
            postcode=row.code,
            point=Point(row.geolocation_lat, row.geolocation_lng),
            is_store=True,
            radius_km=25.0,
            areas=(row.code[:3],),
        )
        for at, row in enumerate(stores.itertuples())
    ]


def _far(people: Any, stores: Any) -> Any:
    """Distances of all from all by the haversine formula, in one matrix."""
    a, b = np.radians(people)[:, None, :], np.radians(stores)[None, :, :]
    half = np.sin((a - b) / 2) ** 2
    chord = half[..., 0] + np.cos(a[..., 0]) * np.cos(b[..., 0]) * half[..., 1]
    return 2 * 6371.0088 * np.arcsin(np.sqrt(chord))


def test_people_with_coordinates_have_the_nearest_seller(
    brazil: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    people, stores = brazil
    people = people.dropna(subset=["geolocation_lat"]).reset_index(drop=True)
    degrees = people[["geolocation_lat", "geolocation_lng"]].round(3).to_numpy()
    far = _far(degrees, stores[["geolocation_lat", "geolocation_lng"]].to_numpy())

    found = locate(
        [Point(*pair) for pair in degrees.tolist()],
        [None] * len(people),
        ["BR"] * len(people),
        _sites(stores),
    )

    assert len(people) > 20_000
    least = far[np.arange(len(people)), found.nearest_store - 1]
    assert np.allclose(least, far.min(axis=1), atol=1e-6)
    assert np.allclose(found.nearest_km, far.min(axis=1), atol=1e-6)
    wanted = set(zip(*np.nonzero(far <= 25.0), strict=True))
    assert set(zip(found.served, found.serving - 1, strict=True)) == wanted


def test_people_with_a_postcode_alone_stand_where_a_seller_does(
    brazil: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    people, stores = brazil

    found = locate(
        [None] * len(people), people["code"].tolist(), ["BR"] * len(people), _sites(stores)
    )

    people["how"] = found.located_by()
    people["latitude"] = found.latitude
    own = people["code"].isin(set(stores["code"]))
    area = people["code"].str[:3].isin(set(stores["code"].str[:3])) & ~own
    assert (people["how"] == "place_postcode").equals(own)
    assert (people["how"] == "catchment_postcode").equals(area)
    assert people["how"].isna().sum() == (~own & ~area).sum() > 0
    first = stores.assign(area=stores["code"].str[:3]).drop_duplicates("area").set_index("area")
    stands = people.loc[area, "code"].str[:3].map(first["geolocation_lat"])
    assert np.allclose(people.loc[area, "latitude"], stands)
    joined = people.assign(area=people["code"].str[:3], n=people.index).merge(
        stores.assign(area=stores["code"].str[:3], key=stores.index + 1), on="area"
    )
    by_area = set(zip(joined["n"], joined["key"], strict=True))
    assert by_area <= set(zip(found.served, found.serving, strict=True))
