CREATE TABLE "refresh_families" (
	"organization_id" uuid NOT NULL,
	"environment_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"tenant_id" text NOT NULL,
	"subject" text,
	"api_key_id" uuid,
	"claims" text NOT NULL,
	"secret_hash" text NOT NULL,
	"minted_at" bigint NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "refresh_families_environment_id_id_pk" PRIMARY KEY("environment_id","id")
);
--> statement-breakpoint
ALTER TABLE "refresh_families" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "guest_tokens" ADD COLUMN "family_id" uuid;--> statement-breakpoint
CREATE UNIQUE INDEX "refresh_families_id" ON "refresh_families" USING btree ("id");--> statement-breakpoint
CREATE INDEX "refresh_families_tenant" ON "refresh_families" USING btree ("environment_id","tenant_id");--> statement-breakpoint
CREATE POLICY "refresh_families_read" ON "refresh_families" AS PERMISSIVE FOR SELECT TO "tessera_runtime" USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid and environment_id = nullif(current_setting('app.environment_id', true), '')::uuid and (tenant_id is null or nullif(current_setting('app.tenant_id', true), '') is null or tenant_id = nullif(current_setting('app.tenant_id', true), '')));--> statement-breakpoint
CREATE POLICY "refresh_families_own" ON "refresh_families" AS PERMISSIVE FOR ALL TO "tessera_runtime" USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid and environment_id = nullif(current_setting('app.environment_id', true), '')::uuid and (nullif(current_setting('app.tenant_id', true), '') is null or tenant_id = nullif(current_setting('app.tenant_id', true), ''))) WITH CHECK (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid and environment_id = nullif(current_setting('app.environment_id', true), '')::uuid and (nullif(current_setting('app.tenant_id', true), '') is null or tenant_id = nullif(current_setting('app.tenant_id', true), '')));--> statement-breakpoint
CREATE POLICY "refresh_families_by_id" ON "refresh_families" AS PERMISSIVE FOR SELECT TO "tessera_runtime" USING (id = nullif(current_setting('app.refresh_family_id', true), '')::uuid);--> statement-breakpoint
ALTER TABLE "refresh_families" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "refresh_families" TO tessera_runtime;
