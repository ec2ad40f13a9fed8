CREATE TABLE "data_source_secrets" (
	"organization_id" uuid NOT NULL,
	"environment_id" uuid NOT NULL,
	"name" text NOT NULL,
	"sealed" text,
	"version" uuid NOT NULL,
	"set_at" timestamp (3) with time zone NOT NULL,
	"changed_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "data_source_secrets_environment_id_name_pk" PRIMARY KEY("environment_id","name")
);
--> statement-breakpoint
ALTER TABLE "data_source_secrets" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE INDEX "data_source_secrets_changed_at" ON "data_source_secrets" USING btree ("changed_at");--> statement-breakpoint
CREATE POLICY "data_source_secrets_own" ON "data_source_secrets" AS PERMISSIVE FOR ALL TO "tessera_runtime" USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid and environment_id = nullif(current_setting('app.environment_id', true), '')::uuid) WITH CHECK (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid and environment_id = nullif(current_setting('app.environment_id', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "data_source_secrets_watched" ON "data_source_secrets" AS PERMISSIVE FOR SELECT TO "tessera_runtime" USING (nullif(current_setting('app.purpose', true), '') in ('data_source_secrets', 'rekey'));--> statement-breakpoint
CREATE POLICY "data_source_secrets_sealed_again" ON "data_source_secrets" AS PERMISSIVE FOR UPDATE TO "tessera_runtime" USING (nullif(current_setting('app.purpose', true), '') = 'rekey') WITH CHECK (nullif(current_setting('app.purpose', true), '') = 'rekey');--> statement-breakpoint
ALTER TABLE "data_source_secrets" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "data_source_secrets" TO tessera_runtime;
