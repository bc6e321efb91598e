SELECT
  "t10"."period",
  "t10"."by_channel",
  AVG("t10"."gap_days") AS "mean_gap"
FROM (
  SELECT
    "t9"."channel",
    "t9"."business_date",
    "t9"."gap_days",
    CASE
      WHEN "t9"."business_date" BETWEEN MAKE_DATE(2026, 5, 1) AND MAKE_DATE(2026, 5, 31)
      THEN 0
      ELSE 1
    END AS "period",
    CASE
      WHEN "t9"."business_date" BETWEEN MAKE_DATE(2026, 5, 1) AND MAKE_DATE(2026, 5, 31)
      THEN MAKE_DATE(2026, 5, 1)
      ELSE MAKE_DATE(2026, 3, 31)
    END AS "period_first",
    "t9"."channel" AS "by_channel"
  FROM (
    SELECT
      "t8".*
      EXCLUDE ("customer_key")
    FROM (
      SELECT
        *
      FROM (
        SELECT
          "t6"."order_key",
          "t6"."order_id",
          "t6"."place_key",
          "t6"."company_key",
          "t6"."channel",
          "t6"."subject_key",
          "t6"."placed_at",
          "t6"."business_date",
          "t6"."local_hour",
          "t6"."currency",
          "t6"."status",
          "t6"."discount_minor",
          "t6"."shipping_minor",
          "t6"."tax_minor",
          "t6"."total_minor",
          "t6"."item_count",
          "t6"."country",
          "t6"."region",
          "t6"."city",
          "t6"."part",
          "t6"."customer_key",
          DATE_DIFF(
            'DAY',
            LAG("t6"."business_date") OVER (
              PARTITION BY "t6"."customer_key"
              ORDER BY "t6"."business_date" ASC, "t6"."placed_at" ASC, "t6"."order_key" ASC
              ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
            ),
            "t6"."business_date"
          ) AS "gap_days"
        FROM (
          SELECT
            "t5"."order_key",
            "t5"."order_id",
            "t5"."place_key",
            "t5"."company_key",
            "t5"."channel",
            "t5"."subject_key",
            "t5"."placed_at",
            "t5"."business_date",
            "t5"."local_hour",
            "t5"."currency",
            "t5"."status",
            "t5"."discount_minor",
            "t5"."shipping_minor",
            "t5"."tax_minor",
            "t5"."total_minor",
            "t5"."item_count",
            "t5"."country",
            "t5"."region",
            "t5"."city",
            "t5"."part",
            "t3"."customer_key"
          FROM (
            SELECT
              *
            FROM "fact_order" AS "t0"
            WHERE
              "t0"."place_key" IN (1, 2) AND NOT (
                "t0"."status" IN ('cancelled', 'draft')
              )
          ) AS "t5"
          INNER JOIN (
            SELECT
              "t1"."subject_key",
              "t1"."customer_key"
            FROM "dim_identity" AS "t1"
          ) AS "t3"
            ON "t5"."subject_key" = "t3"."subject_key"
        ) AS "t6"
      ) AS "t7"
      WHERE
        "t7"."gap_days" IS NOT NULL
    ) AS "t8"
  ) AS "t9"
  WHERE
    "t9"."business_date" BETWEEN MAKE_DATE(2026, 3, 31) AND MAKE_DATE(2026, 5, 31)
) AS "t10"
GROUP BY
  1,
  2;
