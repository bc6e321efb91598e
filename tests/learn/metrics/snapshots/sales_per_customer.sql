SELECT
  "t8"."period",
  "t8"."by_channel",
  "t8"."currency",
  COUNT(*) AS "spenders",
  SUM("t8"."worth_total_minor") AS "spent"
FROM (
  SELECT
    "t7"."period",
    "t7"."by_channel",
    "t7"."currency",
    "t7"."customer_key",
    "t7"."worth_total_minor",
    (
      (
        ROW_NUMBER() OVER (
          PARTITION BY "t7"."period", "t7"."by_channel", "t7"."currency"
          ORDER BY "t7"."worth_total_minor" DESC, "t7"."customer_key" ASC
          ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ) - 1
      ) * 10
    ) < COUNT(*) OVER (
      PARTITION BY "t7"."period", "t7"."by_channel", "t7"."currency"
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) AS "is_best"
  FROM (
    SELECT
      "t6"."period",
      "t6"."by_channel",
      "t6"."currency",
      "t6"."customer_key",
      SUM("t6"."worth_total_minor") AS "worth_total_minor"
    FROM (
      SELECT
        "t5"."order_key",
        "t5"."channel",
        "t5"."subject_key",
        "t5"."business_date",
        "t5"."currency",
        "t5"."total_minor",
        "t5"."period",
        "t5"."period_first",
        "t5"."by_channel",
        "t5"."worth_total_minor",
        "t3"."customer_key"
      FROM (
        SELECT
          "t0"."order_key",
          "t0"."channel",
          "t0"."subject_key",
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
      ) AS "t5"
      INNER JOIN (
        SELECT
          "t1"."subject_key",
          "t1"."customer_key"
        FROM "dim_identity" AS "t1"
      ) AS "t3"
        ON "t5"."subject_key" = "t3"."subject_key"
    ) AS "t6"
    GROUP BY
      1,
      2,
      3,
      4
  ) AS "t7"
) AS "t8"
GROUP BY
  1,
  2,
  3;
