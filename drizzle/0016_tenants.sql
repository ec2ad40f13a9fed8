CREATE TABLE "usage_days" (
	"organization_id" uuid NOT NULL,
	"environment_id" uuid NOT NULL,
	"tenant_id" text NOT NULL,
	"day" date NOT NULL,
	"questions" bigint NOT NULL,
	"rows_read" bigint NOT NULL,
	"bytes_read" bigint NOT NULL,
	"duration_ms" bigint NOT NULL,
	"exports" bigint NOT NULL,
	"tokens_minted" bigint NOT NULL,
	CONSTRAINT "usage_days_environment_id_tenant_id_day_pk" PRIMARY KEY("environment_id","tenant_id","day")
);
--> statement-breakpoint
ALTER TABLE "usage_days" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "version" uuid DEFAULT gen_random_uuid() NOT NULL;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "changed_at" timestamp (3) with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "erased_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "erased_by" uuid;--> statement-breakpoint
CREATE INDEX "usage_days_day" ON "usage_days" USING btree ("environment_id","day");--> statement-breakpoint
CREATE INDEX "tenants_changed_at" ON "tenants" USING btree ("changed_at");--> statement-breakpoint
CREATE POLICY "audit_events_blanked_select" ON "audit_events" AS PERMISSIVE FOR SELECT TO current_user USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid and environment_id = nullif(current_setting('app.environment_id', true), '')::uuid and tenant_id is not null and nullif(current_setting('app.tenant_id', true), '') is null);--> statement-breakpoint
CREATE POLICY "audit_events_blanked_update" ON "audit_events" AS PERMISSIVE FOR UPDATE TO current_user USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid and environment_id = nullif(current_setting('app.environment_id', true), '')::uuid and tenant_id is not null and nullif(current_setting('app.tenant_id', true), '') is null) WITH CHECK (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid and environment_id = nullif(current_setting('app.environment_id', true), '')::uuid and tenant_id is not null and nullif(current_setting('app.tenant_id', true), '') is null and subject is null and address is null and detail is null);--> statement-breakpoint
CREATE POLICY "tenants_watched" ON "tenants" AS PERMISSIVE FOR SELECT TO "tessera_runtime" USING (nullif(current_setting('app.purpose', true), '') = 'tenants');--> statement-breakpoint
CREATE POLICY "usage_days_read" ON "usage_days" AS PERMISSIVE FOR SELECT TO "tessera_runtime" USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid and environment_id = nullif(current_setting('app.environment_id', true), '')::uuid and (tenant_id is null or nullif(current_setting('app.tenant_id', true), '') is null or tenant_id = nullif(current_setting('app.tenant_id', true), '')));--> statement-breakpoint
CREATE POLICY "usage_days_own" ON "usage_days" AS PERMISSIVE FOR ALL TO "tessera_runtime" USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid and environment_id = nullif(current_setting('app.environment_id', true), '')::uuid and (nullif(current_setting('app.tenant_id', true), '') is null or tenant_id = nullif(current_setting('app.tenant_id', true), ''))) WITH CHECK (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid and environment_id = nullif(current_setting('app.environment_id', true), '')::uuid and (nullif(current_setting('app.tenant_id', true), '') is null or tenant_id = nullif(current_setting('app.tenant_id', true), '')));--> statement-breakpoint
ALTER TABLE "usage_days" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "usage_days" TO tessera_runtime;--> statement-breakpoint
-- The one way in which events are changed: who and where somebody was, and what is told beside it, are taken out of those of
-- one tenant of the caller's own environment. What happened, when and how often stays.
CREATE FUNCTION "tessera_blank_audit_events"("of_tenant" text) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH "blanked" AS (
    UPDATE "public"."audit_events" SET "subject" = NULL, "address" = NULL, "detail" = NULL
    WHERE "organization_id" = nullif(current_setting('app.organization_id', true), '')::uuid
      AND "environment_id" = nullif(current_setting('app.environment_id', true), '')::uuid
      AND nullif(current_setting('app.tenant_id', true), '') IS NULL
      AND "tenant_id" = "of_tenant"
      AND ("subject" IS NOT NULL OR "address" IS NOT NULL OR "detail" IS NOT NULL)
    RETURNING 1
  )
  SELECT count(*)::integer FROM "blanked"
$$;--> statement-breakpoint
REVOKE ALL ON FUNCTION "tessera_blank_audit_events"(text) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION "tessera_blank_audit_events"(text) TO tessera_runtime;
