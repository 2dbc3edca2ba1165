#!/bin/bash
# One database and one role per service, each with the password that `mirab setup` made; nobody sees another's.
set -euo pipefail
for service in intake analysis liaison coordination alerts gateway; do
  password=$(cat "/run/mirab/$service.password")
  psql -v ON_ERROR_STOP=1 -U postgres -d postgres -v name="$service" -v password="$password" <<'SQL'
create role :"name" login password :'password' connection limit 20 nosuperuser nocreatedb nocreaterole;
create database :"name" owner :"name" encoding 'UTF8' template template0;
revoke all on database :"name" from public;
SQL
  psql -v ON_ERROR_STOP=1 -U postgres -d "$service" -v name="$service" <<'SQL'
revoke all on schema public from public;
grant all on schema public to :"name";
SQL
done
psql -v ON_ERROR_STOP=1 -U postgres -d postgres -c 'revoke connect on database postgres, template1 from public'
