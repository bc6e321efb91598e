SELECT
  "t7"."period",
  "t7"."by_channel",
  AVG("t7"."delay_days") AS "mean_delay"
FROM (
  SELECT
    "t6"."channel",
    "t6"."business_date",
    "t6"."delay_days",
    CASE
      WHEN "t6"."business_date" BETWEEN MAKE_DATE(2026, 5, 1) AND MAKE_DATE(2026, 5, 31)
      THEN 0
      ELSE 1
    END AS "period",
    CASE
      WHEN "t6"."business_date" BETWEEN MAKE_DATE(2026, 5, 1) AND MAKE_DATE(2026, 5, 31)
      THEN MAKE_DATE(2026, 5, 1)
      ELSE MAKE_DATE(2026, 3, 31)
    END AS "period_first",
    "t6"."channel" AS "by_channel"
  FROM (
    SELECT
      "t4"."refund_key",
      "t4"."order_key",
      "t4"."place_key",
      "t4"."company_key",
      "t4"."channel",
      "t4"."subject_key",
      "t4"."business_date",
      "t4"."currency",
      "t4"."kind",
      "t4"."amount_minor",
      "t4"."country",
      "t4"."region",
      "t4"."city",
      "t4"."part",
      DATE_DIFF('DAY', "t5"."ordered_on", "t4"."business_date") AS "delay_days"
    FROM (
      SELECT
        *
      FROM "fact_refund" AS "t0"
      WHERE
        "t0"."place_key" IN (1, 2)
        AND "t0"."kind" IN ('return', 'refund', 'cancellation')
    ) AS "t4"
    INNER JOIN (
      SELECT
        "t1"."order_key" AS "known_order",
        "t1"."business_date" AS "ordered_on"
      FROM "fact_order" AS "t1"
      WHERE
        "t1"."place_key" IN (1, 2)
    ) AS "t5"
      ON "t4"."order_key" = "t5"."known_order"
  ) AS "t6"
  WHERE
    "t6"."business_date" BETWEEN MAKE_DATE(2026, 3, 31) AND MAKE_DATE(2026, 5, 31)
) AS "t7"
GROUP BY
  1,
  2;
