#!/bin/bash
# Run by the postgres image when it creates the database: roles and schemas of the services.
# The passwords go from the environment to the session; none is a process argument or is printed.
set -euo pipefail

: "${AUTH_OWNER_DB_PASSWORD:?}" "${AUTH_DB_PASSWORD:?}" "${STORAGE_OWNER_DB_PASSWORD:?}" "${STORAGE_DB_PASSWORD:?}"

psql -v ON_ERROR_STOP=1 --no-psqlrc --quiet --username "${POSTGRES_USER:-postgres}" --dbname "${POSTGRES_DB:-epro}" <<'SQL'
\getenv auth_owner AUTH_OWNER_DB_PASSWORD
\getenv auth AUTH_DB_PASSWORD
\getenv storage_owner STORAGE_OWNER_DB_PASSWORD
\getenv storage STORAGE_DB_PASSWORD
\o /dev/null
SELECT set_config('epro.auth_owner_password', :'auth_owner', false),
       set_config('epro.auth_password', :'auth', false),
       set_config('epro.storage_owner_password', :'storage_owner', false),
       set_config('epro.storage_password', :'storage', false);
\o
\i /docker-entrypoint-initdb.d/sql/bootstrap.sql
SQL
