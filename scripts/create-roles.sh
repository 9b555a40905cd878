#!/bin/sh
# Runs once, when PostgreSQL makes its files: one database with a schema for Rapport and one for Letta. Neither can
# look into the other's, and one backup holds both as they were at the same moment.
set -eu

psql --set=ON_ERROR_STOP=1 --no-psqlrc --quiet --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
  --set=rapport_password="$RAPPORT_POSTGRES_PASSWORD" --set=letta_password="$LETTA_POSTGRES_PASSWORD" <<'SQL'
create extension if not exists vector;
revoke all on schema public from public;
grant usage on schema public to public;

create role rapport login password :'rapport_password';
create schema rapport authorization rapport;

create role letta login password :'letta_password';
create schema letta authorization letta;
alter role letta set search_path = letta, public;
SQL
