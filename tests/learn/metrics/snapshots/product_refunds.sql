SELECT
  "t10"."period",
  "t10"."by_channel",
  "t10"."currency",
  SUM("t10"."worth_amount_minor") FILTER(WHERE
    "t10"."kind" IN ('return', 'refund', 'cancellation')) AS "item_given_back"
FROM (
  SELECT
    "t9"."channel",
    "t9"."currency",
    "t9"."kind",
    "t9"."period",
    "t9"."amount_minor",
    "t9"."channel" AS "by_channel",
    "t9"."amount_minor" AS "worth_amount_minor"
  FROM (
    SELECT
      "t8"."channel",
      "t8"."currency",
      "t8"."kind",
      "t8"."period",
      SUM("t8"."amount_minor") AS "amount_minor"
    FROM (
      SELECT
        "t7"."channel",
        "t7"."business_date",
        "t7"."currency",
        "t7"."kind",
        "t7"."amount_minor",
        CASE
          WHEN "t7"."business_date" BETWEEN MAKE_DATE(2026, 5, 1) AND MAKE_DATE(2026, 5, 31)
          THEN 0
          ELSE 1
        END AS "period",
        CASE
          WHEN "t7"."business_date" BETWEEN MAKE_DATE(2026, 5, 1) AND MAKE_DATE(2026, 5, 31)
          THEN MAKE_DATE(2026, 5, 1)
          ELSE MAKE_DATE(2026, 3, 31)
        END AS "period_first"
      FROM (
        SELECT
          "t6".*
          EXCLUDE ("refund_key_right")
        FROM (
          SELECT
            "t4"."refund_key",
            "t4"."line_no",
            "t4"."place_key",
            "t4"."company_key",
            "t4"."channel",
            "t4"."business_date",
            "t4"."currency",
            "t4"."kind",
            "t4"."variant_key",
            "t4"."product_key",
            "t4"."sku",
            "t4"."quantity",
            "t4"."amount_minor",
            "t4"."line_kind",
            "t4"."part",
            "t5"."refund_key" AS "refund_key_right",
            "t5"."subject_key",
            "t5"."area_country",
            "t5"."area_region",
            "t5"."area_city"
          FROM (
            SELECT
              *
            FROM "fact_refund_line" AS "t0"
            WHERE
              "t0"."place_key" IN (1, 2) AND "t0"."line_kind" = 'goods'
          ) AS "t4"
          LEFT OUTER JOIN (
            SELECT
              "t1"."refund_key",
              "t1"."subject_key",
              NULLIF("t1"."country", '') AS "area_country",
              NULLIF("t1"."region", '') AS "area_region",
              NULLIF("t1"."city", '') AS "area_city"
            FROM "fact_refund" AS "t1"
            WHERE
              "t1"."place_key" IN (1, 2)
          ) AS "t5"
            ON "t4"."refund_key" = "t5"."refund_key"
        ) AS "t6"
      ) AS "t7"
      WHERE
        "t7"."business_date" BETWEEN MAKE_DATE(2026, 3, 31) AND MAKE_DATE(2026, 5, 31)
    ) AS "t8"
    GROUP BY
      1,
      2,
      3,
      4
  ) AS "t9"
) AS "t10"
GROUP BY
  1,
  2,
  3;
