SELECT
  "t1"."period",
  "t1"."by_channel",
  "t1"."currency",
  SUM("t1"."worth_amount_minor") FILTER(WHERE
    "t1"."kind" IN ('return', 'refund', 'cancellation')) AS "given_back"
FROM (
  SELECT
    "t0"."channel",
    "t0"."business_date",
    "t0"."currency",
    "t0"."kind",
    "t0"."amount_minor",
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
    "t0"."channel" AS "by_channel",
    "t0"."amount_minor" AS "worth_amount_minor"
  FROM "fact_refund" AS "t0"
  WHERE
    "t0"."place_key" IN (1, 2)
    AND "t0"."business_date" BETWEEN MAKE_DATE(2026, 3, 31) AND MAKE_DATE(2026, 5, 31)
) AS "t1"
GROUP BY
  1,
  2,
  3;

SELECT
  "t1"."period",
  "t1"."by_channel",
  "t1"."currency",
  SUM("t1"."worth_total_minor") AS "gross"
FROM (
  SELECT
    "t0"."channel",
    "t0"."business_date",
    "t0"."currency",
    "t0"."total_minor",
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
    "t0"."channel" AS "by_channel",
    "t0"."total_minor" AS "worth_total_minor"
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
  2,
  3;
