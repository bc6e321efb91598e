SELECT
  "t2"."period",
  "t2"."by_channel",
  COUNT(*) FILTER(WHERE
    "t2"."order_count" = 1) AS "products_sold_once"
FROM (
  SELECT
    "t1"."period",
    "t1"."by_channel",
    "t1"."product_key",
    COUNT(DISTINCT "t1"."order_key") AS "order_count"
  FROM (
    SELECT
      "t0"."order_key",
      "t0"."channel",
      "t0"."business_date",
      "t0"."product_key",
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
    FROM "fact_order_line" AS "t0"
    WHERE
      "t0"."place_key" IN (1, 2)
      AND NOT (
        "t0"."status" IN ('cancelled', 'draft')
      )
      AND "t0"."kind" = 'goods'
      AND "t0"."business_date" BETWEEN MAKE_DATE(2026, 3, 31) AND MAKE_DATE(2026, 5, 31)
      AND "t0"."product_key" IS NOT NULL
  ) AS "t1"
  GROUP BY
    1,
    2,
    3
) AS "t2"
GROUP BY
  1,
  2;
