CREATE TABLE "token_issuers" (
	"organization_id" uuid NOT NULL,
	"environment_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"issuer" text NOT NULL,
	"audience" text,
	"algorithms" text[] NOT NULL,
	"jwks_url" text,
	"public_keys" jsonb,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"changed_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "token_issuers_environment_id_id_pk" PRIMARY KEY("environment_id","id")
);
--> statement-breakpoint
ALTER TABLE "token_issuers" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE UNIQUE INDEX "token_issuers_issuer" ON "token_issuers" USING btree ("environment_id","issuer") WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX "token_issuers_changed_at" ON "token_issuers" USING btree ("changed_at");--> statement-breakpoint
CREATE POLICY "token_issuers_own" ON "token_issuers" AS PERMISSIVE FOR ALL TO "tessera_runtime" USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid and environment_id = nullif(current_setting('app.environment_id', true), '')::uuid) WITH CHECK (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid and environment_id = nullif(current_setting('app.environment_id', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "token_issuers_watched" ON "token_issuers" AS PERMISSIVE FOR SELECT TO "tessera_runtime" USING (nullif(current_setting('app.purpose', true), '') = 'token_issuers');--> statement-breakpoint
ALTER TABLE "token_issuers" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "token_issuers" TO tessera_runtime;
