CREATE TABLE "guest_tokens" (
	"organization_id" uuid NOT NULL,
	"environment_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"tenant_id" text NOT NULL,
	"claims" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "guest_tokens_environment_id_id_pk" PRIMARY KEY("environment_id","id")
);
--> statement-breakpoint
ALTER TABLE "guest_tokens" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "roles" (
	"organization_id" uuid NOT NULL,
	"environment_id" uuid NOT NULL,
	"name" text NOT NULL,
	"position" integer NOT NULL,
	"definition" jsonb NOT NULL,
	CONSTRAINT "roles_environment_id_name_pk" PRIMARY KEY("environment_id","name")
);
--> statement-breakpoint
ALTER TABLE "roles" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE INDEX "guest_tokens_expires_at" ON "guest_tokens" USING btree ("environment_id","expires_at");--> statement-breakpoint
CREATE POLICY "guest_tokens_read" ON "guest_tokens" AS PERMISSIVE FOR SELECT TO "tessera_runtime" USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid and environment_id = nullif(current_setting('app.environment_id', true), '')::uuid and (tenant_id is null or nullif(current_setting('app.tenant_id', true), '') is null or tenant_id = nullif(current_setting('app.tenant_id', true), '')));--> statement-breakpoint
CREATE POLICY "guest_tokens_own" ON "guest_tokens" AS PERMISSIVE FOR ALL TO "tessera_runtime" USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid and environment_id = nullif(current_setting('app.environment_id', true), '')::uuid and (nullif(current_setting('app.tenant_id', true), '') is null or tenant_id = nullif(current_setting('app.tenant_id', true), ''))) WITH CHECK (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid and environment_id = nullif(current_setting('app.environment_id', true), '')::uuid and (nullif(current_setting('app.tenant_id', true), '') is null or tenant_id = nullif(current_setting('app.tenant_id', true), '')));--> statement-breakpoint
CREATE POLICY "roles_own" ON "roles" AS PERMISSIVE FOR ALL TO "tessera_runtime" USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid and environment_id = nullif(current_setting('app.environment_id', true), '')::uuid) WITH CHECK (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid and environment_id = nullif(current_setting('app.environment_id', true), '')::uuid);--> statement-breakpoint
ALTER TABLE "guest_tokens" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "roles" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "guest_tokens" TO tessera_runtime;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "roles" TO tessera_runtime;
