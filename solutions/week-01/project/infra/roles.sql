-- Once, by an administrator, in the database of the logs: the two roles and what they may.
-- Then give the loader a secret: \password logmart_loader
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'logmart_loader') THEN
        CREATE ROLE logmart_loader LOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'logmart_analyst') THEN
        CREATE ROLE logmart_analyst NOLOGIN;  -- GRANT logmart_analyst TO each person who reads the marts
    END IF;
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT, CREATE ON DATABASE %I TO logmart_loader', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO logmart_analyst', current_database());
END $$;
