CREATE TABLE "rate_windows" (
	"organization_id" uuid NOT NULL,
	"environment_id" uuid NOT NULL,
	"key" text NOT NULL,
	"points" bigint NOT NULL,
	"ends_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "rate_windows_environment_id_key_pk" PRIMARY KEY("environment_id","key")
);
--> statement-breakpoint
ALTER TABLE "rate_windows" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE INDEX "rate_windows_ends_at" ON "rate_windows" USING btree ("environment_id","ends_at");--> statement-breakpoint
CREATE POLICY "rate_windows_own" ON "rate_windows" AS PERMISSIVE FOR ALL TO "tessera_runtime" USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid and environment_id = nullif(current_setting('app.environment_id', true), '')::uuid) WITH CHECK (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid and environment_id = nullif(current_setting('app.environment_id', true), '')::uuid);--> statement-breakpoint
ALTER TABLE "rate_windows" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "rate_windows" TO tessera_runtime;
