DROP INDEX "audit_events_at";--> statement-breakpoint
ALTER TABLE "audit_events" ADD COLUMN "count" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
CREATE INDEX "audit_events_kind" ON "audit_events" USING btree ("environment_id","kind","at","id");--> statement-breakpoint
CREATE INDEX "audit_events_outcome" ON "audit_events" USING btree ("environment_id","outcome","at","id");--> statement-breakpoint
CREATE INDEX "audit_events_reason" ON "audit_events" USING btree ("environment_id","reason","at","id") WHERE "audit_events"."reason" is not null;--> statement-breakpoint
CREATE INDEX "audit_events_tenant" ON "audit_events" USING btree ("environment_id","tenant_id","at","id") WHERE "audit_events"."tenant_id" is not null;--> statement-breakpoint
CREATE INDEX "audit_events_subject" ON "audit_events" USING btree ("environment_id","subject","at","id") WHERE "audit_events"."subject" is not null;--> statement-breakpoint
CREATE INDEX "audit_events_api_key" ON "audit_events" USING btree ("environment_id","api_key_id","at","id") WHERE "audit_events"."api_key_id" is not null;--> statement-breakpoint
CREATE INDEX "audit_events_token" ON "audit_events" USING btree ("environment_id","token_id","at","id") WHERE "audit_events"."token_id" is not null;--> statement-breakpoint
CREATE INDEX "audit_events_request" ON "audit_events" USING btree ("environment_id","request_id","at","id") WHERE "audit_events"."request_id" is not null;--> statement-breakpoint
CREATE INDEX "audit_events_address" ON "audit_events" USING btree ("environment_id","address","at","id") WHERE "audit_events"."address" is not null;--> statement-breakpoint
CREATE INDEX "audit_events_age" ON "audit_events" USING brin ("at");--> statement-breakpoint
CREATE INDEX "audit_events_at" ON "audit_events" USING btree ("environment_id","at","id");--> statement-breakpoint
DROP POLICY "audit_events_own" ON "audit_events" CASCADE;--> statement-breakpoint
CREATE POLICY "audit_events_swept_select" ON "audit_events" AS PERMISSIVE FOR SELECT TO current_user USING (at < now() - interval '7 days');--> statement-breakpoint
CREATE POLICY "audit_events_swept_delete" ON "audit_events" AS PERMISSIVE FOR DELETE TO current_user USING (at < now() - interval '7 days');--> statement-breakpoint
CREATE POLICY "audit_events_own" ON "audit_events" AS PERMISSIVE FOR INSERT TO "tessera_runtime" WITH CHECK (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid and environment_id = nullif(current_setting('app.environment_id', true), '')::uuid and (nullif(current_setting('app.tenant_id', true), '') is null or tenant_id = nullif(current_setting('app.tenant_id', true), '')));--> statement-breakpoint
ALTER POLICY "audit_events_read" ON "audit_events" TO tessera_runtime USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid and environment_id = nullif(current_setting('app.environment_id', true), '')::uuid and (nullif(current_setting('app.tenant_id', true), '') is null or tenant_id = nullif(current_setting('app.tenant_id', true), '') and kind <> 'policy.violated'));--> statement-breakpoint
-- The one way by which events go: by their age alone, never younger than a week, whoever calls it and whatever is asked.
CREATE FUNCTION "tessera_sweep_audit_events"("retention_days" integer, "most" integer) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH "gone" AS (
    DELETE FROM "public"."audit_events" WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM "public"."audit_events"
      WHERE "at" < now() - make_interval(days => greatest("retention_days", 7)) LIMIT "most"
    )) RETURNING 1
  )
  SELECT count(*)::integer FROM "gone"
$$;--> statement-breakpoint
REVOKE ALL ON FUNCTION "tessera_sweep_audit_events"(integer, integer) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION "tessera_sweep_audit_events"(integer, integer) TO tessera_runtime;
