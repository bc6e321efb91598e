SELECT
  "t1"."period",
  "t1"."by_channel",
  SUM("t1"."item_count") AS "units"
FROM (
  SELECT
    "t0"."channel",
    "t0"."business_date",
    "t0"."item_count",
    CASE
      WHEN "t0"."business_date" BETWEEN MAKE_DATE(2026, 5, 1) AND MAKE_DATE(2026, 5, 31)
      THEN 0
      ELSE 1
    END AS "period",
    CASE
      WHEN "t0"."business_date" BETWEEN MAKE_DATE(2026, 5, 1) AND MAKE_DATE(2026, 5, 31)
      THEN MAKE_DATE(2026, 5, 1)
      ELSE MAKE_DATE(2026, 3, 31)
    END AS "period_first",
    "t0"."channel" AS "by_channel"
  FROM "fact_order" AS "t0"
  WHERE
    "t0"."place_key" IN (1, 2)
    AND NOT (
      "t0"."status" IN ('cancelled', 'draft')
    )
    AND "t0"."business_date" BETWEEN MAKE_DATE(2026, 3, 31) AND MAKE_DATE(2026, 5, 31)
) AS "t1"
GROUP BY
  1,
  2;
