CREATE TABLE "allowed_origins" (
	"organization_id" uuid NOT NULL,
	"environment_id" uuid NOT NULL,
	"origins" text[] NOT NULL,
	CONSTRAINT "allowed_origins_environment_id_pk" PRIMARY KEY("environment_id")
);
--> statement-breakpoint
ALTER TABLE "allowed_origins" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY "allowed_origins_own" ON "allowed_origins" AS PERMISSIVE FOR ALL TO "tessera_runtime" USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid and environment_id = nullif(current_setting('app.environment_id', true), '')::uuid) WITH CHECK (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid and environment_id = nullif(current_setting('app.environment_id', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "allowed_origins_all" ON "allowed_origins" AS PERMISSIVE FOR SELECT TO "tessera_runtime" USING (nullif(current_setting('app.purpose', true), '') = 'allowed_origins');--> statement-breakpoint
ALTER TABLE "allowed_origins" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "allowed_origins" TO tessera_runtime;
