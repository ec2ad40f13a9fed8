-- The role that every transaction runs under: it owns nothing, cannot log in and cannot pass row-level security.
-- Roles belong to the cluster, so another database of it may have made this one already.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tessera_runtime') THEN
    CREATE ROLE tessera_runtime NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
  NULL;
END
$$;--> statement-breakpoint
DO $$
BEGIN
  EXECUTE format('GRANT tessera_runtime TO %I', current_user);
EXCEPTION WHEN insufficient_privilege THEN
  IF NOT pg_has_role(current_user, 'tessera_runtime', 'MEMBER') THEN
    RAISE;
  END IF;
END
$$;--> statement-breakpoint
GRANT USAGE ON SCHEMA public TO tessera_runtime;
