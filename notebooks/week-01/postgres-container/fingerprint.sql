-- One line for each thing the schema holds, in a fixed order: the same lines mean the same schema.
SELECT line FROM (
    SELECT format('column %s.%s %s %s', attrelid::regclass, attname, format_type(atttypid, atttypmod),
                  CASE WHEN attnotnull THEN 'not null' ELSE 'null' END || attidentity::text) AS line
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = 'ops'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped
    UNION ALL
    SELECT format('constraint %s %s', conrelid::regclass, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE connamespace = 'ops'::regnamespace AND contype <> 'n'
    UNION ALL
    SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'ops'
    UNION ALL
    SELECT format('grant %s on %s to %s', privilege_type, relname, grantee::regrole)
    FROM pg_class, aclexplode(relacl) WHERE relnamespace = 'ops'::regnamespace AND relkind = 'r'
    UNION ALL
    SELECT format('grant %s on schema to %s', privilege_type, grantee::regrole)
    FROM pg_namespace, aclexplode(nspacl) WHERE nspname = 'ops'
    UNION ALL
    SELECT format('default %s to %s', privilege_type, grantee::regrole)
    FROM pg_default_acl, aclexplode(defaclacl) WHERE defaclnamespace = 'ops'::regnamespace
) AS lines ORDER BY line COLLATE "C";
