SELECT
  "t3"."period",
  "t3"."by_channel",
  "t3"."currency",
  SUM("t3"."worth_amount_minor") AS "item_gross"
FROM (
  SELECT
    "t2"."channel",
    "t2"."currency",
    "t2"."period",
    "t2"."amount_minor",
    "t2"."channel" AS "by_channel",
    "t2"."amount_minor" AS "worth_amount_minor"
  FROM (
    SELECT
      "t1"."channel",
      "t1"."currency",
      "t1"."period",
      SUM("t1"."amount_minor") AS "amount_minor"
    FROM (
      SELECT
        "t0"."channel",
        "t0"."business_date",
        "t0"."currency",
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
        END AS "period_first"
      FROM "fact_order_line" AS "t0"
      WHERE
        "t0"."place_key" IN (1, 2)
        AND NOT (
          "t0"."status" IN ('cancelled', 'draft')
        )
        AND "t0"."kind" = 'goods'
        AND "t0"."business_date" BETWEEN MAKE_DATE(2026, 3, 31) AND MAKE_DATE(2026, 5, 31)
    ) AS "t1"
    GROUP BY
      1,
      2,
      3
  ) AS "t2"
) AS "t3"
GROUP BY
  1,
  2,
  3;
