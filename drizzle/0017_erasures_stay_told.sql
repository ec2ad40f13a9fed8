-- The event that tells of an erasure, from where and of how much, stays as it is, also when the rest is looked at again.
CREATE OR REPLACE FUNCTION "tessera_blank_audit_events"("of_tenant" text) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH "blanked" AS (
    UPDATE "public"."audit_events" SET "subject" = NULL, "address" = NULL, "detail" = NULL
    WHERE "organization_id" = nullif(current_setting('app.organization_id', true), '')::uuid
      AND "environment_id" = nullif(current_setting('app.environment_id', true), '')::uuid
      AND nullif(current_setting('app.tenant_id', true), '') IS NULL
      AND "tenant_id" = "of_tenant"
      AND "kind" <> 'tenant.erased'
      AND ("subject" IS NOT NULL OR "address" IS NOT NULL OR "detail" IS NOT NULL)
    RETURNING 1
  )
  SELECT count(*)::integer FROM "blanked"
$$;
