CREATE TABLE "export_links" (
	"organization_id" uuid NOT NULL,
	"environment_id" uuid NOT NULL,
	"secret_hash" text NOT NULL,
	"tenant_id" text NOT NULL,
	"sealed" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "export_links_environment_id_secret_hash_pk" PRIMARY KEY("environment_id","secret_hash")
);
--> statement-breakpoint
ALTER TABLE "export_links" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE UNIQUE INDEX "export_links_secret_hash" ON "export_links" USING btree ("secret_hash");--> statement-breakpoint
CREATE INDEX "export_links_expires_at" ON "export_links" USING btree ("environment_id","expires_at");--> statement-breakpoint
CREATE POLICY "export_links_read" ON "export_links" AS PERMISSIVE FOR SELECT TO "tessera_runtime" USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid and environment_id = nullif(current_setting('app.environment_id', true), '')::uuid and (tenant_id is null or nullif(current_setting('app.tenant_id', true), '') is null or tenant_id = nullif(current_setting('app.tenant_id', true), '')));--> statement-breakpoint
CREATE POLICY "export_links_own" ON "export_links" AS PERMISSIVE FOR ALL TO "tessera_runtime" USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid and environment_id = nullif(current_setting('app.environment_id', true), '')::uuid and (nullif(current_setting('app.tenant_id', true), '') is null or tenant_id = nullif(current_setting('app.tenant_id', true), ''))) WITH CHECK (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid and environment_id = nullif(current_setting('app.environment_id', true), '')::uuid and (nullif(current_setting('app.tenant_id', true), '') is null or tenant_id = nullif(current_setting('app.tenant_id', true), '')));--> statement-breakpoint
CREATE POLICY "export_links_select_by_secret" ON "export_links" AS PERMISSIVE FOR SELECT TO "tessera_runtime" USING (secret_hash = nullif(current_setting('app.export_secret_hash', true), ''));--> statement-breakpoint
CREATE POLICY "export_links_delete_by_secret" ON "export_links" AS PERMISSIVE FOR DELETE TO "tessera_runtime" USING (secret_hash = nullif(current_setting('app.export_secret_hash', true), ''));--> statement-breakpoint
ALTER TABLE "export_links" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "export_links" TO tessera_runtime;
