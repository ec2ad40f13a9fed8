#!/bin/sh
# Fails when src/store/tables.ts says something that the migrations do not make: a copy of them, asked for what is
# missing, must come back without a new one.
set -eu
cd "$(dirname "$0")/../.."
copy=.migrations-check
trap 'rm -rf "$copy"' EXIT
rm -rf "$copy"
cp -r drizzle "$copy"
npx drizzle-kit generate --dialect postgresql --schema ./src/store/tables.ts --out "./$copy" --casing snake_case --name missing
if ! diff -r drizzle "$copy"; then
  echo "The migrations lag behind src/store/tables.ts: npm run migrations." >&2
  exit 1
fi
