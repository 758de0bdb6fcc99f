#!/bin/bash
# Run once by the postgres image, on an empty volume. The portal logs in as portal_app, which owns nothing and so is
# held by row-level security; portal_owner runs the migrations, which make the group roles (hence createrole).
set -euo pipefail
psql -v ON_ERROR_STOP=1 -v owner_password="$PORTAL_OWNER_PASSWORD" -v app_password="$PORTAL_APP_PASSWORD" \
  --username "$POSTGRES_USER" --dbname postgres <<'SQL'
create role portal_owner login createrole password :'owner_password';
create role portal_app login password :'app_password';
create database portal owner portal_owner;
SQL
