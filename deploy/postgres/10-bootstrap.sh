#!/bin/sh
# Run by the postgres image when it makes its database: compose mounts this folder as /docker-entrypoint-initdb.d.
# The passwords go from the environment to the session: none is an argument, which every process could read.
# The image then runs bootstrap.sql once more by itself, which changes nothing.
set -eu

: "${AUTH_OWNER_DB_PASSWORD:?}" "${AUTH_DB_PASSWORD:?}" "${STORAGE_OWNER_DB_PASSWORD:?}" "${STORAGE_DB_PASSWORD:?}"
export BOOTSTRAP_SQL="${BOOTSTRAP_SQL:-/docker-entrypoint-initdb.d/bootstrap.sql}"

psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname "${POSTGRES_DB:-epro}" <<'SQL'
\getenv auth_owner AUTH_OWNER_DB_PASSWORD
\getenv auth AUTH_DB_PASSWORD
\getenv storage_owner STORAGE_OWNER_DB_PASSWORD
\getenv storage STORAGE_DB_PASSWORD
\getenv bootstrap BOOTSTRAP_SQL
\o /dev/null
SELECT set_config('epro.auth_owner_password', :'auth_owner', false),
       set_config('epro.auth_password', :'auth', false),
       set_config('epro.storage_owner_password', :'storage_owner', false),
       set_config('epro.storage_password', :'storage', false);
\o
\i :bootstrap
SQL
