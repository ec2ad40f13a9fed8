ALTER TABLE "api_keys" ADD COLUMN "tenants" text[];--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "networks" text[];--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "rotated_from" uuid;--> statement-breakpoint
ALTER TABLE "signing_keys" ADD COLUMN "changed_at" timestamp (3) with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
CREATE INDEX "signing_keys_changed_at" ON "signing_keys" USING btree ("changed_at");--> statement-breakpoint
CREATE POLICY "signing_keys_watched" ON "signing_keys" AS PERMISSIVE FOR SELECT TO "tessera_runtime" USING (nullif(current_setting('app.purpose', true), '') in ('signing_keys', 'rekey'));--> statement-breakpoint
CREATE POLICY "signing_keys_sealed_again" ON "signing_keys" AS PERMISSIVE FOR UPDATE TO "tessera_runtime" USING (nullif(current_setting('app.purpose', true), '') = 'rekey') WITH CHECK (nullif(current_setting('app.purpose', true), '') = 'rekey');