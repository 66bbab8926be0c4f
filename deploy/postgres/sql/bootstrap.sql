-- Roles and schemas, made once by an administrator of the database; running it again only sets the passwords.
-- An owner runs the migrations of its schema. A service connects as a runtime role, which owns nothing, so that
-- row-level security holds for it, and has only the rights that the migrations grant by name.
--
-- The passwords come from settings of this session, so that none is written in a file:
--   epro.auth_owner_password  epro.auth_password  epro.storage_owner_password  epro.storage_password

DO $bootstrap$
DECLARE
  area text;
  role_name text;
  password text;
BEGIN
  -- One at a time: two that create the same role would collide.
  PERFORM pg_advisory_xact_lock(hashtextextended('epro.bootstrap', 0));

  FOREACH role_name IN ARRAY ARRAY['auth_owner', 'auth', 'storage_owner', 'storage'] LOOP
    password := current_setting(format('epro.%s_password', role_name));
    IF password = '' THEN
      RAISE EXCEPTION 'Setting epro.%_password is empty.', role_name;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'epro_' || role_name) THEN
      EXECUTE format('CREATE ROLE %I', 'epro_' || role_name);
    END IF;
    EXECUTE format(
      'ALTER ROLE %I WITH LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD %L',
      'epro_' || role_name, password);
  END LOOP;

  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO epro_auth_owner, epro_auth, epro_storage_owner, epro_storage',
    current_database());
  REVOKE ALL ON SCHEMA public FROM PUBLIC;

  FOREACH area IN ARRAY ARRAY['auth', 'storage'] LOOP
    EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I AUTHORIZATION %I', area, 'epro_' || area || '_owner');
    EXECUTE format('REVOKE ALL ON SCHEMA %I FROM PUBLIC', area);
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', area, 'epro_' || area);
    -- Functions are executable by everybody unless told otherwise.
    EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC',
      'epro_' || area || '_owner');
  END LOOP;
END
$bootstrap$;
