-- The owner is held to the policies as well, and the runtime role may touch rows and nothing else.
ALTER TABLE "api_keys" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "audit_events" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "dashboards" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "data_sources" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "datasets" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "environments" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "metrics" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "organizations" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "policies" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "signing_keys" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "tenants" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "widgets" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "api_keys" TO tessera_runtime;--> statement-breakpoint
GRANT SELECT, INSERT ON "audit_events" TO tessera_runtime;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "dashboards" TO tessera_runtime;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "data_sources" TO tessera_runtime;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "datasets" TO tessera_runtime;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "environments" TO tessera_runtime;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "metrics" TO tessera_runtime;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "organizations" TO tessera_runtime;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "policies" TO tessera_runtime;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "signing_keys" TO tessera_runtime;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "tenants" TO tessera_runtime;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "widgets" TO tessera_runtime;
