CREATE POLICY "tenants_erased_select" ON "tenants" AS PERMISSIVE FOR SELECT TO current_user USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid and environment_id = nullif(current_setting('app.environment_id', true), '')::uuid and erased_at is not null and nullif(current_setting('app.tenant_id', true), '') is null);--> statement-breakpoint
-- It takes events of a tenant who was erased alone, up to a minute after that: what another server had not stored yet.
CREATE OR REPLACE FUNCTION "tessera_blank_audit_events"("of_tenant" text) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH "blanked" AS (
    UPDATE "public"."audit_events" SET "subject" = NULL, "address" = NULL, "detail" = NULL
    WHERE "organization_id" = nullif(current_setting('app.organization_id', true), '')::uuid
      AND "environment_id" = nullif(current_setting('app.environment_id', true), '')::uuid
      AND nullif(current_setting('app.tenant_id', true), '') IS NULL
      AND "tenant_id" COLLATE "C" = "of_tenant"
      AND "kind" <> 'tenant.erased'
      AND "at" <= (
        SELECT "erased_at" + interval '1 minute' FROM "public"."tenants"
        WHERE "organization_id" = nullif(current_setting('app.organization_id', true), '')::uuid
          AND "environment_id" = nullif(current_setting('app.environment_id', true), '')::uuid
          AND "tenant_id" = "of_tenant"
      )
      AND ("subject" IS NOT NULL OR "address" IS NOT NULL OR "detail" IS NOT NULL)
    RETURNING 1
  )
  SELECT count(*)::integer FROM "blanked"
$$;
