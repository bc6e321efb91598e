WITH "t2" AS (
  SELECT
    "t1"."subject_key",
    "t1"."customer_key"
  FROM "dim_identity" AS "t1"
)
SELECT
  "t19"."period",
  "t19"."by_channel",
  COUNT(*) AS "buyers",
  SUM("t19"."order_count") AS "known_orders"
FROM (
  SELECT
    "t18"."period",
    "t18"."by_channel",
    "t18"."customer_key",
    MIN("t18"."first_on") AS "first_on",
    MIN("t18"."bucket_first") AS "counted_from",
    COUNT(*) AS "order_count"
  FROM (
    SELECT
      *
    FROM (
      SELECT
        "t16".*
        EXCLUDE ("known_subject")
      FROM (
        SELECT
          "t8"."order_key",
          "t8"."channel",
          "t8"."subject_key",
          "t8"."business_date",
          "t8"."period",
          "t8"."period_first",
          "t8"."by_channel",
          "t8"."bucket_first",
          "t15"."known_subject",
          "t15"."customer_key",
          "t15"."first_on"
        FROM (
          SELECT
            "t0"."order_key",
            "t0"."channel",
            "t0"."subject_key",
            "t0"."business_date",
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
            CASE
              WHEN "t0"."business_date" BETWEEN MAKE_DATE(2026, 5, 1) AND MAKE_DATE(2026, 5, 31)
              THEN MAKE_DATE(2026, 5, 1)
              ELSE MAKE_DATE(2026, 3, 31)
            END AS "bucket_first"
          FROM "fact_order" AS "t0"
          WHERE
            "t0"."place_key" IN (1, 2)
            AND NOT (
              "t0"."status" IN ('cancelled', 'draft')
            )
            AND "t0"."business_date" BETWEEN MAKE_DATE(2026, 3, 31) AND MAKE_DATE(2026, 5, 31)
        ) AS "t8"
        LEFT OUTER JOIN (
          SELECT
            "t6"."subject_key" AS "known_subject",
            "t6"."customer_key",
            "t13"."first_on"
          FROM "t2" AS "t6"
          INNER JOIN (
            SELECT
              "t11"."customer_key",
              MIN("t11"."first_on") AS "first_on"
            FROM (
              SELECT
                "t10"."subject_key",
                "t10"."first_on",
                "t7"."customer_key"
              FROM (
                SELECT
                  "t5"."subject_key",
                  MIN("t5"."business_date") AS "first_on"
                FROM (
                  SELECT
                    *
                  FROM "fact_order" AS "t0"
                  WHERE
                    "t0"."place_key" IN (1, 2)
                    AND NOT (
                      "t0"."status" IN ('cancelled', 'draft')
                    )
                    AND "t0"."subject_key" IS NOT NULL
                ) AS "t5"
                GROUP BY
                  1
              ) AS "t10"
              INNER JOIN "t2" AS "t7"
                ON "t10"."subject_key" = "t7"."subject_key"
            ) AS "t11"
            GROUP BY
              1
          ) AS "t13"
            ON "t6"."customer_key" = "t13"."customer_key"
        ) AS "t15"
          ON "t8"."subject_key" = "t15"."known_subject"
      ) AS "t16"
    ) AS "t17"
    WHERE
      "t17"."customer_key" IS NOT NULL
  ) AS "t18"
  GROUP BY
    1,
    2,
    3
) AS "t19"
GROUP BY
  1,
  2;
