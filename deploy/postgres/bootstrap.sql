-- Roles and schemas of the platform, made once by an administrator (a superuser), in the platform's database.
--
-- It may run any number of times, and needs no psql: send the whole file as one query.
-- Passwords come from settings of the same session, set before it:
--   epro.auth_owner_password, epro.auth_password, epro.storage_owner_password, epro.storage_password
-- for example with: SELECT set_config('epro.auth_password', $1, false)
-- Without one a new role gets the password "development-only", and an existing role keeps its own. 10-bootstrap.sh sets
-- them for the postgres image.
--
-- For each service that owns data there is a schema, a role that owns it and runs its migrations (…_owner), and a role
-- for the running service, which owns nothing, is bound by row-level security and gets its rights table by table from
-- the migrations. No role sees another service's schema.

DO $bootstrap$
DECLARE
  service text;
  login text;
  password text;
BEGIN
  -- Two that make the same role at the same time would collide.
  PERFORM pg_advisory_xact_lock(hashtextextended('epro.bootstrap', 0));

  FOREACH service IN ARRAY ARRAY['auth', 'storage'] LOOP
    FOREACH login IN ARRAY ARRAY[service || '_owner', service] LOOP
      password := nullif(current_setting('epro.' || login || '_password', true), '');
      IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'epro_' || login) THEN
        password := coalesce(password, 'development-only');
        EXECUTE format('CREATE ROLE %I', 'epro_' || login);
      END IF;
      EXECUTE format(
        'ALTER ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', 'epro_' || login
      );
      IF password IS NOT NULL THEN
        EXECUTE format('ALTER ROLE %I PASSWORD %L', 'epro_' || login, password);
      END IF;
    END LOOP;

    EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I AUTHORIZATION %I', service, 'epro_' || service || '_owner');
    EXECUTE format('REVOKE ALL ON SCHEMA %I FROM PUBLIC', service);
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', service, 'epro_' || service);
    -- Else everyone may call a new function.
    EXECUTE format(
      'ALTER DEFAULT PRIVILEGES FOR ROLE %I REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC', 'epro_' || service || '_owner'
    );
    EXECUTE format(
      'GRANT CONNECT ON DATABASE %I TO %I, %I', current_database(), 'epro_' || service, 'epro_' || service || '_owner'
    );
  END LOOP;

  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  REVOKE ALL ON SCHEMA public FROM PUBLIC;
END
$bootstrap$;
