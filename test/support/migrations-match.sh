#!/bin/sh
# Fails when src/store/tables.ts says something that the migrations do not make: the generator, asked for what is missing
# from a copy of them, must say that nothing is. It ends with 0 where it could not tell: at a renamed column, which it asks
# about, or a file that does not load.
set -eu
cd "$(dirname "$0")/../.."
copy=.migrations-check
trap 'rm -rf "$copy"' EXIT
rm -rf "$copy"
cp -r drizzle "$copy"
said=$(npx drizzle-kit generate --dialect postgresql --schema "./src/store/*tables.ts" --out "./$copy" --casing snake_case --name missing 2>&1 </dev/null) || true
echo "$said"
if ! echo "$said" | grep -q 'nothing to migrate' || ! diff -r drizzle "$copy"; then
  echo "The migrations lag behind src/store/tables.ts: npm run migrations." >&2
  exit 1
fi
