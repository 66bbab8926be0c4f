#!/bin/sh
# Runs bootstrap.sql when the postgres image initialises its database. In compose, mount two files:
#   deploy/postgres/bootstrap.sh   at /docker-entrypoint-initdb.d/bootstrap.sh
#   deploy/postgres/bootstrap.sql  at /etc/epro/bootstrap.sql
# and give the passwords as EPRO_AUTH_OWNER_PASSWORD, EPRO_AUTH_PASSWORD, EPRO_STORAGE_OWNER_PASSWORD and
# EPRO_STORAGE_PASSWORD. One that is missing or empty is "development-only".
# They reach psql through the environment, not through its arguments, which every process could read.
set -eu

export EPRO_AUTH_OWNER_PASSWORD="${EPRO_AUTH_OWNER_PASSWORD:-}"
export EPRO_AUTH_PASSWORD="${EPRO_AUTH_PASSWORD:-}"
export EPRO_STORAGE_OWNER_PASSWORD="${EPRO_STORAGE_OWNER_PASSWORD:-}"
export EPRO_STORAGE_PASSWORD="${EPRO_STORAGE_PASSWORD:-}"
export EPRO_BOOTSTRAP_SQL="${EPRO_BOOTSTRAP_SQL:-/etc/epro/bootstrap.sql}"

psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "${POSTGRES_DB:-$POSTGRES_USER}" <<'SQL'
\getenv auth_owner EPRO_AUTH_OWNER_PASSWORD
\getenv auth EPRO_AUTH_PASSWORD
\getenv storage_owner EPRO_STORAGE_OWNER_PASSWORD
\getenv storage EPRO_STORAGE_PASSWORD
\getenv bootstrap EPRO_BOOTSTRAP_SQL
\o /dev/null
SELECT set_config('epro.auth_owner_password', :'auth_owner', false),
  set_config('epro.auth_password', :'auth', false),
  set_config('epro.storage_owner_password', :'storage_owner', false),
  set_config('epro.storage_password', :'storage', false);
\i :bootstrap
SQL
