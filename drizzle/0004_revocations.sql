CREATE TABLE "revocations" (
	"organization_id" uuid NOT NULL,
	"environment_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"tenant_id" text,
	"subject" text,
	"target_id" text,
	"revoked_at" bigint NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"transaction_number" "xid8" DEFAULT pg_current_xact_id() NOT NULL,
	CONSTRAINT "revocations_environment_id_id_pk" PRIMARY KEY("environment_id","id")
);
--> statement-breakpoint
ALTER TABLE "revocations" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "guest_tokens" ADD COLUMN "subject" text;--> statement-breakpoint
ALTER TABLE "guest_tokens" ADD COLUMN "signing_key_id" uuid;--> statement-breakpoint
ALTER TABLE "guest_tokens" ADD COLUMN "api_key_id" uuid;--> statement-breakpoint
ALTER TABLE "guest_tokens" ADD COLUMN "minted_at" bigint;--> statement-breakpoint
CREATE INDEX "revocations_revoked_at" ON "revocations" USING btree ("environment_id","revoked_at");--> statement-breakpoint
CREATE INDEX "revocations_transaction_number" ON "revocations" USING btree ("transaction_number");--> statement-breakpoint
CREATE INDEX "guest_tokens_tenant" ON "guest_tokens" USING btree ("environment_id","tenant_id");--> statement-breakpoint
CREATE POLICY "revocations_read" ON "revocations" AS PERMISSIVE FOR SELECT TO "tessera_runtime" USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid and environment_id = nullif(current_setting('app.environment_id', true), '')::uuid and (tenant_id is null or nullif(current_setting('app.tenant_id', true), '') is null or tenant_id = nullif(current_setting('app.tenant_id', true), '')));--> statement-breakpoint
CREATE POLICY "revocations_own" ON "revocations" AS PERMISSIVE FOR ALL TO "tessera_runtime" USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid and environment_id = nullif(current_setting('app.environment_id', true), '')::uuid and (nullif(current_setting('app.tenant_id', true), '') is null or tenant_id = nullif(current_setting('app.tenant_id', true), ''))) WITH CHECK (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid and environment_id = nullif(current_setting('app.environment_id', true), '')::uuid and (nullif(current_setting('app.tenant_id', true), '') is null or tenant_id = nullif(current_setting('app.tenant_id', true), '')));--> statement-breakpoint
CREATE POLICY "revocations_all" ON "revocations" AS PERMISSIVE FOR SELECT TO "tessera_runtime" USING (nullif(current_setting('app.purpose', true), '') = 'revocations');--> statement-breakpoint
CREATE POLICY "revocations_swept" ON "revocations" AS PERMISSIVE FOR DELETE TO "tessera_runtime" USING (nullif(current_setting('app.purpose', true), '') = 'revocations' and expires_at < now());--> statement-breakpoint
ALTER TABLE "revocations" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "revocations" TO tessera_runtime;
