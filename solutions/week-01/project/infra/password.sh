#!/bin/sh
# Once, at the first start of the database's container: the loader's password, from the environment.
set -eu
psql --username=postgres --dbname=logs --set=ON_ERROR_STOP=1 --set=password="$LOGMART_LOADER_PASSWORD" <<'SQL'
ALTER ROLE logmart_loader PASSWORD :'password';
SQL
